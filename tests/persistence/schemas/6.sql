CREATE TABLE "buy_orders" (
  "symbol" TEXT NOT NULL,
  "order_id" BIGINT NOT NULL,
  "client_id" TEXT NOT NULL,
  "order_type" TEXT NOT NULL,
  "price" TEXT NOT NULL,
  "quantity" TEXT NOT NULL,
  "executed" TEXT NOT NULL,
  "state" TEXT NOT NULL,
  "placed_ms" BIGINT NOT NULL,
  "updated_ms" BIGINT NOT NULL,
  PRIMARY KEY ("symbol", "order_id")
);
INSERT INTO "buy_orders" VALUES('BTCUSDT',7,'web_1','LIMIT','100','0.5','0.5','FILLED',1700000000000,1700000000000);
INSERT INTO "buy_orders" VALUES('BTCUSDT',2,'','','0','0.5','0.5','ENDED',1700000000000,1700000000000);
INSERT INTO "buy_orders" VALUES('BTCUSDT',9,'','','0','0.5','0.5','PARTIALLY_FILLED',1700000000000,1700000000000);
INSERT INTO "buy_orders" VALUES('BTCUSDT',11,'','','0','0.5','0.5','PARTIALLY_FILLED',1700000000000,1700000000000);
INSERT INTO "buy_orders" VALUES('BTCUSDT',13,'','','0','0.5','0.5','PARTIALLY_FILLED',1700000000000,1700000000000);
INSERT INTO "buy_orders" VALUES('BTCUSDT',15,'','','0','0.5','0.5','PARTIALLY_FILLED',1700000000000,1700000000000);
INSERT INTO "buy_orders" VALUES('BTCUSDT',17,'','','0','0.5','0.5','PARTIALLY_FILLED',1700000000000,1700000000000);
INSERT INTO "buy_orders" VALUES('BTCUSDT',19,'','','0','0.5','0.5','PARTIALLY_FILLED',1700000000000,1700000000000);
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
CREATE TABLE "cost_moves" (
  "symbol" TEXT NOT NULL,
  "source" BIGINT NOT NULL,
  "target" BIGINT NOT NULL,
  "number" BIGINT NOT NULL,
  "source_lot" TEXT NOT NULL,
  "target_lot" TEXT NOT NULL,
  "cost" TEXT NOT NULL,
  "time_ms" BIGINT NOT NULL,
  PRIMARY KEY ("symbol", "source", "target", "number")
);
INSERT INTO "cost_moves" VALUES('BTCUSDT',19,17,1,'BTCUSDT-19','BTCUSDT-17','100',1700000000500);
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
INSERT INTO "fills" VALUES('BTCUSDT',110,'BUY','BTCUSDT-11',11,'64000.10','0.5','32000.05','0.0005','BTC',1700000000000,0);
INSERT INTO "fills" VALUES('BTCUSDT',130,'BUY','BTCUSDT-13',13,'64000.10','0.5','32000.05','0.0005','BTC',1700000000000,0);
INSERT INTO "fills" VALUES('BTCUSDT',150,'BUY','BTCUSDT-15',15,'64000.10','0.5','32000.05','0.0005','BTC',1700000000000,0);
INSERT INTO "fills" VALUES('BTCUSDT',170,'BUY','BTCUSDT-17',17,'64000.10','0.5','32000.05','0.0005','BTC',1700000000000,0);
INSERT INTO "fills" VALUES('BTCUSDT',190,'BUY','BTCUSDT-19',19,'64000.10','0.5','32000.05','0.0005','BTC',1700000000000,0);
CREATE TABLE "lots" (
  "id" INTEGER PRIMARY KEY AUTOINCREMENT,
  "lot_id" TEXT UNIQUE NOT NULL,
  "symbol" TEXT NOT NULL,
  "base" TEXT NOT NULL,
  "quote" TEXT NOT NULL,
  "buy_order_id" BIGINT NOT NULL,
  "state" TEXT NOT NULL,
  "hold" TEXT,
  "reason" TEXT NOT NULL,
  "break_even_ms" BIGINT,
  "buy_ended" BOOLEAN NOT NULL,
  "profit" TEXT,
  "sells_placed" INTEGER,
  "sells_filled" INTEGER,
  "first_sell_ms" BIGINT,
  "held_ms" BIGINT,
  "fees_quote" TEXT,
  "fees" TEXT,
  "rest" TEXT,
  "opened_ms" BIGINT,
  "closed_ms" BIGINT,
  "is_counted" BOOLEAN
);
INSERT INTO "lots" VALUES(1,'BTCUSDT-7','BTCUSDT','BTC','USDT',7,'SELLING',NULL,'',NULL,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,1700000000000,NULL,1);
INSERT INTO "lots" VALUES(2,'BTCUSDT-2','BTCUSDT','BTC','USDT',2,'CLOSED',NULL,'',NULL,1,'2929.985',1,1,1000,0,'66.965050','{"BTC": "0.0005", "USDT": "34.965"}','0',1700000000000,1700000000000,1);
INSERT INTO "lots" VALUES(3,'BTCUSDT-9','BTCUSDT','BTC','USDT',9,'SELLING',NULL,'',NULL,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,1700000000000,NULL,1);
INSERT INTO "lots" VALUES(4,'BTCUSDT-11','BTCUSDT','BTC','USDT',11,'HELD','CANCELLED_BY_HAND','cancelled by hand',NULL,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,1700000000000,NULL,1);
INSERT INTO "lots" VALUES(5,'BTCUSDT-13','BTCUSDT','BTC','USDT',13,'SELLING',NULL,'',NULL,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,1700000000000,NULL,1);
INSERT INTO "lots" VALUES(6,'BTCUSDT-15','BTCUSDT','BTC','USDT',15,'SELLING',NULL,'',NULL,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,1700000000000,NULL,1);
INSERT INTO "lots" VALUES(7,'BTCUSDT-17','BTCUSDT','BTC','USDT',17,'SELLING',NULL,'',1700000000400,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,1700000000000,NULL,1);
INSERT INTO "lots" VALUES(8,'BTCUSDT-19','BTCUSDT','BTC','USDT',19,'SELLING',NULL,'',NULL,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,1700000000000,NULL,1);
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
  "trail_delta" INTEGER,
  "stop_price" TEXT,
  "stop" TEXT,
  "is_instructed" BOOLEAN,
  "purchase" TEXT,
  PRIMARY KEY ("symbol", "buy_order_id", "generation")
);
INSERT INTO "orders" VALUES('BTCUSDT',7,1,'BTCUSDT-7','70000','0.4995','32000.05','OPEN',1000,8,'0',1001,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "orders" VALUES('BTCUSDT',2,1,'BTCUSDT-2','70000','0.4995','32000.05','FILLED',1000,3,'0.4995',1001,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "orders" VALUES('BTCUSDT',9,1,'BTCUSDT-9','70000','0.4995','32000.05','OPEN',1000,8,'0',1001,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "orders" VALUES('BTCUSDT',11,1,'BTCUSDT-11','70000','0.4995','32000.05','OPEN',1000,8,'0',1001,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "orders" VALUES('BTCUSDT',13,1,'BTCUSDT-13','70000','0.4995','32000.05','OPEN',1000,8,'0',1001,NULL,NULL,NULL,150,'70000.10',NULL,NULL,NULL);
INSERT INTO "orders" VALUES('BTCUSDT',15,1,'BTCUSDT-15','70000','0.4995','32000.05','OPEN',1000,8,'0',1001,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "orders" VALUES('BTCUSDT',17,1,'BTCUSDT-17','70000','0.4995','32000.05','OPEN',1000,8,'0',1001,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "orders" VALUES('BTCUSDT',19,1,'BTCUSDT-19','70000','0.4995','32000.05','OPEN',1000,8,'0',1001,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
CREATE TABLE "profit_entries" (
  "lot_id" TEXT NOT NULL,
  "kind" TEXT NOT NULL,
  "number" BIGINT NOT NULL,
  "symbol" TEXT NOT NULL,
  "quote" TEXT NOT NULL,
  "order_id" BIGINT NOT NULL,
  "time_ms" BIGINT NOT NULL,
  "bought_from_ms" BIGINT NOT NULL,
  "bought_to_ms" BIGINT NOT NULL,
  "quantity" TEXT NOT NULL,
  "cost" TEXT NOT NULL,
  "proceeds" TEXT NOT NULL,
  "fee" TEXT NOT NULL,
  "fees" TEXT NOT NULL,
  PRIMARY KEY ("lot_id", "kind", "number")
);
INSERT INTO "profit_entries" VALUES('BTCUSDT-7','BUY',19675,'BTCUSDT','USDT',7,1700000000000,1700000000000,1700000000000,'0','0','0','0','{"BTC": "0.0005"}');
INSERT INTO "profit_entries" VALUES('BTCUSDT-2','BUY',19675,'BTCUSDT','USDT',2,1700000000000,1700000000000,1700000000000,'0','0','0','0','{"BTC": "0.0005"}');
INSERT INTO "profit_entries" VALUES('BTCUSDT-2','SALE',21,'BTCUSDT','USDT',3,1700000000000,1700000000000,1700000000000,'0.4995','32000.05','34965','34.965','{"USDT": "34.965"}');
INSERT INTO "profit_entries" VALUES('BTCUSDT-9','BUY',19675,'BTCUSDT','USDT',9,1700000000000,1700000000000,1700000000000,'0','0','0','0','{"BTC": "0.0005"}');
INSERT INTO "profit_entries" VALUES('BTCUSDT-9','MANUAL_SALE',501,'BTCUSDT','USDT',90,1000,1700000000000,1700000000000,'0.1','6000','6100.5','0','{}');
INSERT INTO "profit_entries" VALUES('BTCUSDT-11','BUY',19675,'BTCUSDT','USDT',11,1700000000000,1700000000000,1700000000000,'0','0','0','0','{"BTC": "0.0005"}');
INSERT INTO "profit_entries" VALUES('BTCUSDT-13','BUY',19675,'BTCUSDT','USDT',13,1700000000000,1700000000000,1700000000000,'0','0','0','0','{"BTC": "0.0005"}');
INSERT INTO "profit_entries" VALUES('BTCUSDT-15','BUY',19675,'BTCUSDT','USDT',15,1700000000000,1700000000000,1700000000000,'0','0','0','0','{"BTC": "0.0005"}');
INSERT INTO "profit_entries" VALUES('BTCUSDT-17','BUY',19675,'BTCUSDT','USDT',17,1700000000000,1700000000000,1700000000000,'0','0','0','0','{"BTC": "0.0005"}');
INSERT INTO "profit_entries" VALUES('BTCUSDT-19','BUY',19675,'BTCUSDT','USDT',19,1700000000000,1700000000000,1700000000000,'0','0','0','0','{"BTC": "0.0005"}');
CREATE TABLE "profit_sums" (
  "span" TEXT NOT NULL,
  "period" TEXT NOT NULL,
  "symbol" TEXT NOT NULL,
  "quote" TEXT NOT NULL,
  "sales" BIGINT NOT NULL,
  "cost" TEXT NOT NULL,
  "proceeds" TEXT NOT NULL,
  "fee" TEXT NOT NULL,
  "profit" TEXT NOT NULL,
  "by_hand" TEXT NOT NULL,
  "fees" TEXT NOT NULL,
  PRIMARY KEY ("span", "period", "symbol")
);
INSERT INTO "profit_sums" VALUES('day','2023-11-14','BTCUSDT','USDT',1,'32000.05','34965','34.965','2929.985','0','{"BTC": "0.0040", "USDT": "34.965"}');
INSERT INTO "profit_sums" VALUES('month','2023-11','BTCUSDT','USDT',1,'32000.05','34965','34.965','2929.985','0','{"BTC": "0.0040", "USDT": "34.965"}');
INSERT INTO "profit_sums" VALUES('day','1970-01-01','BTCUSDT','USDT',1,'6000','6100.5','0','100.5','100.5','{}');
INSERT INTO "profit_sums" VALUES('month','1970-01','BTCUSDT','USDT',1,'6000','6100.5','0','100.5','100.5','{}');
CREATE TABLE "purchases" (
  "client_id" TEXT NOT NULL PRIMARY KEY,
  "symbol" TEXT NOT NULL,
  "request" TEXT NOT NULL,
  "number" BIGINT NOT NULL,
  "at_ms" BIGINT NOT NULL,
  "sent_ms" BIGINT NOT NULL,
  "who" TEXT NOT NULL,
  "why" TEXT NOT NULL
);
INSERT INTO "purchases" VALUES('lkb-f6j-2537xcyyze-1','BTCUSDT','for 50 MARKET',1,1700000000000,1700000000000,'alice','monthly');
CREATE TABLE "sell_instructions" (
  "lot_id" TEXT NOT NULL,
  "number" BIGINT NOT NULL,
  "request" TEXT NOT NULL,
  "kind" TEXT NOT NULL,
  "quantity" TEXT NOT NULL,
  "price" TEXT NOT NULL,
  "is_whole" BOOLEAN NOT NULL,
  "is_below_floor_allowed" BOOLEAN NOT NULL,
  "sold_before" TEXT NOT NULL,
  "from_generation" BIGINT NOT NULL,
  "at_ms" BIGINT NOT NULL,
  "who" TEXT NOT NULL,
  "why" TEXT NOT NULL,
  "ended" TEXT,
  PRIMARY KEY ("lot_id", "number")
);
INSERT INTO "sell_instructions" VALUES('BTCUSDT-15',1,'at 70000','AT','0.4995','70000',1,0,'0',1,1000,'alice','enough',NULL);
CREATE TABLE "system_state" (
  "key" TEXT NOT NULL PRIMARY KEY,
  "value" TEXT NOT NULL
);
INSERT INTO "system_state" VALUES('schema.version','6');
INSERT INTO "system_state" VALUES('paused:BTCUSDT','yes');
CREATE TABLE "trade_pairs" (
  "symbol" TEXT NOT NULL PRIMARY KEY,
  "base" TEXT NOT NULL,
  "quote" TEXT NOT NULL,
  "status" TEXT NOT NULL,
  "terms" TEXT NOT NULL
);
CREATE INDEX "idx_buy_orders__placed_ms_symbol_order_id" ON "buy_orders" ("placed_ms", "symbol", "order_id");
CREATE INDEX "idx_buy_orders__state_placed_ms_symbol_order_id" ON "buy_orders" ("state", "placed_ms", "symbol", "order_id");
CREATE INDEX "idx_buy_orders__symbol_placed_ms_order_id" ON "buy_orders" ("symbol", "placed_ms", "order_id");
CREATE INDEX "idx_carries__source_lot" ON "carries" ("source_lot");
CREATE INDEX "idx_carries__target_lot" ON "carries" ("target_lot");
CREATE INDEX "idx_cost_moves__source_lot" ON "cost_moves" ("source_lot");
CREATE INDEX "idx_cost_moves__target_lot" ON "cost_moves" ("target_lot");
CREATE INDEX "idx_disposals__lot_id" ON "disposals" ("lot_id");
CREATE INDEX "idx_fills__lot_id" ON "fills" ("lot_id");
CREATE INDEX "idx_fills__symbol_time_ms_trade_id_side" ON "fills" ("symbol", "time_ms", "trade_id", "side");
CREATE INDEX "idx_fills__time_ms_symbol_trade_id_side" ON "fills" ("time_ms", "symbol", "trade_id", "side");
CREATE INDEX "idx_lots__is_counted_id" ON "lots" ("is_counted", "id");
CREATE INDEX "idx_lots__opened_ms_id" ON "lots" ("opened_ms", "id");
CREATE INDEX "idx_lots__state_opened_ms_id" ON "lots" ("state", "opened_ms", "id");
CREATE INDEX "idx_lots__symbol_opened_ms_id" ON "lots" ("symbol", "opened_ms", "id");
CREATE INDEX "idx_lots__symbol_state_profit" ON "lots" ("symbol", "state", "profit");
CREATE INDEX "idx_orders__lot_id" ON "orders" ("lot_id");
CREATE INDEX "idx_orders__sent_ms_symbol_buy_order_id_generation" ON "orders" ("sent_ms", "symbol", "buy_order_id", "generation");
CREATE INDEX "idx_orders__state_sent_ms_symbol_buy_order_id_generation" ON "orders" ("state", "sent_ms", "symbol", "buy_order_id", "generation");
CREATE INDEX "idx_orders__symbol_sent_ms_buy_order_id_generation" ON "orders" ("symbol", "sent_ms", "buy_order_id", "generation");
CREATE INDEX "idx_profit_entries__time_ms_lot_id_kind_number" ON "profit_entries" ("time_ms", "lot_id", "kind", "number");
CREATE INDEX "idx_profit_sums__span_symbol_period" ON "profit_sums" ("span", "symbol", "period");
CREATE INDEX "idx_purchases__symbol_request_number" ON "purchases" ("symbol", "request", "number");
