CREATE TABLE "carries" (
  "symbol" TEXT NOT NULL,
  "source" BIGINT NOT NULL,
  "target" BIGINT NOT NULL,
  "generation" BIGINT NOT NULL,
  "source_lot" TEXT NOT NULL,
  "target_lot" TEXT NOT NULL,
  "quantity" TEXT NOT NULL,
  "cost" TEXT NOT NULL,
  "time_ms" BIGINT NOT NULL,
  PRIMARY KEY ("symbol", "source", "target", "generation")
);
CREATE TABLE "cursors" (
  "symbol" TEXT NOT NULL PRIMARY KEY,
  "last_trade_id" BIGINT NOT NULL,
  "at_ms" BIGINT NOT NULL
);
INSERT INTO "cursors" VALUES('BTCUSDT',21,1000);
CREATE TABLE "disposals" (
  "symbol" TEXT NOT NULL,
  "buy_order_id" BIGINT NOT NULL,
  "way" TEXT NOT NULL,
  "number" BIGINT NOT NULL,
  "lot_id" TEXT NOT NULL,
  "order_id" BIGINT NOT NULL,
  "quantity" TEXT NOT NULL,
  "cost" TEXT NOT NULL,
  "proceeds" TEXT NOT NULL,
  "time_ms" BIGINT NOT NULL,
  PRIMARY KEY ("symbol", "buy_order_id", "way", "number")
);
INSERT INTO "disposals" VALUES('BTCUSDT',9,'SOLD_BY_HAND',501,'BTCUSDT-9',90,'0.1','6000','6100.5',1000);
CREATE TABLE "fee_values" (
  "lot_id" TEXT NOT NULL,
  "trade_id" BIGINT NOT NULL,
  "symbol" TEXT NOT NULL,
  "asset" TEXT NOT NULL,
  "price" TEXT NOT NULL,
  "time_ms" BIGINT NOT NULL,
  "value" TEXT NOT NULL,
  PRIMARY KEY ("lot_id", "trade_id")
);
CREATE TABLE "fills" (
  "symbol" TEXT NOT NULL,
  "trade_id" BIGINT NOT NULL,
  "side" TEXT NOT NULL,
  "lot_id" TEXT,
  "order_id" BIGINT NOT NULL,
  "price" TEXT NOT NULL,
  "quantity" TEXT NOT NULL,
  "quote_quantity" TEXT NOT NULL,
  "commission" TEXT NOT NULL,
  "commission_asset" TEXT NOT NULL,
  "time_ms" BIGINT NOT NULL,
  "is_maker" BOOLEAN NOT NULL,
  PRIMARY KEY ("symbol", "trade_id", "side")
);
INSERT INTO "fills" VALUES('BTCUSDT',70,'BUY','BTCUSDT-7',7,'64000.10','0.5','32000.05','0.0005','BTC',1700000000000,0);
INSERT INTO "fills" VALUES('BTCUSDT',20,'BUY','BTCUSDT-2',2,'64000.10','0.5','32000.05','0.0005','BTC',1700000000000,0);
INSERT INTO "fills" VALUES('BTCUSDT',21,'SELL','BTCUSDT-2',3,'70000','0.4995','34965','34.965','USDT',1700000000000,0);
INSERT INTO "fills" VALUES('BTCUSDT',90,'BUY','BTCUSDT-9',9,'64000.10','0.5','32000.05','0.0005','BTC',1700000000000,0);
CREATE TABLE "lots" (
  "id" INTEGER PRIMARY KEY AUTOINCREMENT,
  "lot_id" TEXT UNIQUE NOT NULL,
  "symbol" TEXT NOT NULL,
  "base" TEXT NOT NULL,
  "quote" TEXT NOT NULL,
  "buy_order_id" BIGINT NOT NULL,
  "state" TEXT NOT NULL,
  "reason" TEXT NOT NULL,
  "buy_ended" BOOLEAN NOT NULL,
  "profit" TEXT,
  "sells_placed" INTEGER,
  "sells_filled" INTEGER,
  "first_sell_ms" BIGINT,
  "held_ms" BIGINT,
  "fees_quote" TEXT,
  "fees" TEXT,
  "rest" TEXT
);
INSERT INTO "lots" VALUES(1,'BTCUSDT-7','BTCUSDT','BTC','USDT',7,'SELLING','',0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "lots" VALUES(2,'BTCUSDT-2','BTCUSDT','BTC','USDT',2,'CLOSED','',1,'2929.985',1,1,1000,0,'66.965050','{"BTC": "0.0005", "USDT": "34.965"}','0');
INSERT INTO "lots" VALUES(3,'BTCUSDT-9','BTCUSDT','BTC','USDT',9,'SELLING','',0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
CREATE TABLE "orders" (
  "symbol" TEXT NOT NULL,
  "buy_order_id" BIGINT NOT NULL,
  "generation" BIGINT NOT NULL,
  "lot_id" TEXT NOT NULL,
  "price" TEXT NOT NULL,
  "quantity" TEXT NOT NULL,
  "cost" TEXT NOT NULL,
  "state" TEXT NOT NULL,
  "sent_ms" BIGINT NOT NULL,
  "order_id" BIGINT,
  "executed" TEXT NOT NULL,
  "updated_ms" BIGINT NOT NULL,
  "profit" TEXT,
  "sell_rate" TEXT,
  "created_ms" BIGINT,
  PRIMARY KEY ("symbol", "buy_order_id", "generation")
);
INSERT INTO "orders" VALUES('BTCUSDT',7,1,'BTCUSDT-7','70000','0.4995','32000.05','OPEN',1000,8,'0',1001,NULL,NULL,NULL);
INSERT INTO "orders" VALUES('BTCUSDT',2,1,'BTCUSDT-2','70000','0.4995','32000.05','FILLED',1000,3,'0.4995',1001,NULL,NULL,NULL);
INSERT INTO "orders" VALUES('BTCUSDT',9,1,'BTCUSDT-9','70000','0.4995','32000.05','OPEN',1000,8,'0',1001,NULL,NULL,NULL);
CREATE TABLE "system_state" (
  "key" TEXT NOT NULL PRIMARY KEY,
  "value" TEXT NOT NULL
);
INSERT INTO "system_state" VALUES('schema.version','3');
INSERT INTO "system_state" VALUES('paused:BTCUSDT','yes');
CREATE TABLE "trade_pairs" (
  "symbol" TEXT NOT NULL PRIMARY KEY,
  "base" TEXT NOT NULL,
  "quote" TEXT NOT NULL,
  "status" TEXT NOT NULL,
  "terms" TEXT NOT NULL
);
CREATE INDEX "idx_carries__source_lot" ON "carries" ("source_lot");
CREATE INDEX "idx_carries__target_lot" ON "carries" ("target_lot");
CREATE INDEX "idx_disposals__lot_id" ON "disposals" ("lot_id");
CREATE INDEX "idx_fills__lot_id" ON "fills" ("lot_id");
CREATE INDEX "idx_lots__symbol_state_profit" ON "lots" ("symbol", "state", "profit");
CREATE INDEX "idx_orders__lot_id" ON "orders" ("lot_id");
