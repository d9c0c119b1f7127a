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
CREATE TABLE "closed_sums" (
  "symbol" TEXT NOT NULL PRIMARY KEY,
  "lots" BIGINT NOT NULL,
  "sells_placed" BIGINT NOT NULL,
  "sells_filled" BIGINT NOT NULL,
  "profit" TEXT NOT NULL,
  "first_sell_ms" BIGINT,
  "held_ms" BIGINT NOT NULL,
  "fees_quote" TEXT NOT NULL,
  "fees" TEXT NOT NULL
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
CREATE TABLE "decisions" (
  "symbol" TEXT NOT NULL,
  "at_ms" BIGINT NOT NULL,
  "incarnation" BIGINT NOT NULL,
  "number" BIGINT NOT NULL,
  "kind" TEXT NOT NULL,
  "cause" TEXT NOT NULL,
  "lot_id" TEXT,
  "order_name" TEXT NOT NULL,
  "facts" TEXT NOT NULL,
  "who" TEXT NOT NULL,
  "why" TEXT NOT NULL,
  PRIMARY KEY ("symbol", "at_ms", "incarnation", "number")
);
INSERT INTO "decisions" VALUES('BTCUSDT',1700000000000,1,1,'SELL_PLACED','TARGET','BTCUSDT-7','lk1-7-1','{"price": "70000.10", "quantity": "0.4995"}','lotkeeper','');
INSERT INTO "decisions" VALUES('BTCUSDT',1700000000000,1,2,'PAIR_PAUSED','OPERATOR',NULL,'','{}','alice','it''s a holiday');
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
INSERT INTO "system_state" VALUES('schema.version','7');
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
CREATE INDEX "idx_buy_orders__symbol_state_placed_ms_order_id" ON "buy_orders" ("symbol", "state", "placed_ms", "order_id");
CREATE INDEX "idx_decisions__at_ms_symbol_incarnation_number" ON "decisions" ("at_ms", "symbol", "incarnation", "number");
CREATE INDEX "idx_decisions__lot_id_at_ms_symbol_incarnation_number" ON "decisions" ("lot_id", "at_ms", "symbol", "incarnation", "number");
CREATE INDEX "idx_lots__symbol_state_opened_ms_id" ON "lots" ("symbol", "state", "opened_ms", "id");
CREATE INDEX "idx_orders__symbol_state_sent_ms_buy_order_id_generation" ON "orders" ("symbol", "state", "sent_ms", "buy_order_id", "generation");
CREATE INDEX "idx_orders__symbol_updated_ms" ON "orders" ("symbol", "updated_ms");
CREATE INDEX "idx_profit_entries__symbol_time_ms_lot_id_kind_number" ON "profit_entries" ("symbol", "time_ms", "lot_id", "kind", "number");
CREATE INDEX idx_lots__unfinished ON lots (symbol) WHERE (state <> 'CLOSED' OR NOT buy_ended);
CREATE INDEX idx_lots__with_rest ON lots (symbol) WHERE rest <> '0';
CREATE INDEX idx_lots__not_closed ON lots (id) WHERE state <> 'CLOSED';
CREATE TRIGGER guard_buy_orders_insert_192129a1 BEFORE INSERT ON buy_orders BEGIN SELECT CASE WHEN NOT (rtrim(rtrim(rtrim(NEW.executed, '0123456789'), '.'), '0123456789') IN ('', '-') AND replace(NEW.executed, '..', '') = NEW.executed AND rtrim(NEW.executed, '.') = NEW.executed AND ltrim(NEW.executed, '.') = NEW.executed AND substr(NEW.executed, 1, 2) <> '-.' AND NEW.executed NOT IN ('', '-') AND (substr(NEW.executed, 1, 1) <> '-' OR rtrim(NEW.executed, '0.') = '-')) THEN RAISE(ABORT, 'buy_orders.executed has to be a decimal number, and not below zero') WHEN NOT (NEW.placed_ms >= 0) THEN RAISE(ABORT, 'buy_orders.placed_ms has to be milliseconds since 1970') WHEN NOT (rtrim(rtrim(rtrim(NEW.price, '0123456789'), '.'), '0123456789') IN ('', '-') AND replace(NEW.price, '..', '') = NEW.price AND rtrim(NEW.price, '.') = NEW.price AND ltrim(NEW.price, '.') = NEW.price AND substr(NEW.price, 1, 2) <> '-.' AND NEW.price NOT IN ('', '-') AND (substr(NEW.price, 1, 1) <> '-' OR rtrim(NEW.price, '0.') = '-')) THEN RAISE(ABORT, 'buy_orders.price has to be a decimal number, and not below zero') WHEN NOT (rtrim(rtrim(rtrim(NEW.quantity, '0123456789'), '.'), '0123456789') IN ('', '-') AND replace(NEW.quantity, '..', '') = NEW.quantity AND rtrim(NEW.quantity, '.') = NEW.quantity AND ltrim(NEW.quantity, '.') = NEW.quantity AND substr(NEW.quantity, 1, 2) <> '-.' AND NEW.quantity NOT IN ('', '-') AND (substr(NEW.quantity, 1, 1) <> '-' OR rtrim(NEW.quantity, '0.') = '-')) THEN RAISE(ABORT, 'buy_orders.quantity has to be a decimal number, and not below zero') WHEN NOT (NEW.updated_ms >= 0) THEN RAISE(ABORT, 'buy_orders.updated_ms has to be milliseconds since 1970') END; END;
CREATE TRIGGER guard_buy_orders_update_192129a1 BEFORE UPDATE ON buy_orders BEGIN SELECT CASE WHEN NOT (rtrim(rtrim(rtrim(NEW.executed, '0123456789'), '.'), '0123456789') IN ('', '-') AND replace(NEW.executed, '..', '') = NEW.executed AND rtrim(NEW.executed, '.') = NEW.executed AND ltrim(NEW.executed, '.') = NEW.executed AND substr(NEW.executed, 1, 2) <> '-.' AND NEW.executed NOT IN ('', '-') AND (substr(NEW.executed, 1, 1) <> '-' OR rtrim(NEW.executed, '0.') = '-')) THEN RAISE(ABORT, 'buy_orders.executed has to be a decimal number, and not below zero') WHEN NOT (NEW.placed_ms >= 0) THEN RAISE(ABORT, 'buy_orders.placed_ms has to be milliseconds since 1970') WHEN NOT (rtrim(rtrim(rtrim(NEW.price, '0123456789'), '.'), '0123456789') IN ('', '-') AND replace(NEW.price, '..', '') = NEW.price AND rtrim(NEW.price, '.') = NEW.price AND ltrim(NEW.price, '.') = NEW.price AND substr(NEW.price, 1, 2) <> '-.' AND NEW.price NOT IN ('', '-') AND (substr(NEW.price, 1, 1) <> '-' OR rtrim(NEW.price, '0.') = '-')) THEN RAISE(ABORT, 'buy_orders.price has to be a decimal number, and not below zero') WHEN NOT (rtrim(rtrim(rtrim(NEW.quantity, '0123456789'), '.'), '0123456789') IN ('', '-') AND replace(NEW.quantity, '..', '') = NEW.quantity AND rtrim(NEW.quantity, '.') = NEW.quantity AND ltrim(NEW.quantity, '.') = NEW.quantity AND substr(NEW.quantity, 1, 2) <> '-.' AND NEW.quantity NOT IN ('', '-') AND (substr(NEW.quantity, 1, 1) <> '-' OR rtrim(NEW.quantity, '0.') = '-')) THEN RAISE(ABORT, 'buy_orders.quantity has to be a decimal number, and not below zero') WHEN NOT (NEW.updated_ms >= 0) THEN RAISE(ABORT, 'buy_orders.updated_ms has to be milliseconds since 1970') END; END;
CREATE TRIGGER guard_carries_insert_20711de3 BEFORE INSERT ON carries BEGIN SELECT CASE WHEN NOT (rtrim(rtrim(rtrim(NEW.cost, '0123456789'), '.'), '0123456789') IN ('', '-') AND replace(NEW.cost, '..', '') = NEW.cost AND rtrim(NEW.cost, '.') = NEW.cost AND ltrim(NEW.cost, '.') = NEW.cost AND substr(NEW.cost, 1, 2) <> '-.' AND NEW.cost NOT IN ('', '-')) THEN RAISE(ABORT, 'carries.cost has to be a decimal number') WHEN NOT (rtrim(rtrim(rtrim(NEW.quantity, '0123456789'), '.'), '0123456789') IN ('', '-') AND replace(NEW.quantity, '..', '') = NEW.quantity AND rtrim(NEW.quantity, '.') = NEW.quantity AND ltrim(NEW.quantity, '.') = NEW.quantity AND substr(NEW.quantity, 1, 2) <> '-.' AND NEW.quantity NOT IN ('', '-') AND (substr(NEW.quantity, 1, 1) <> '-' OR rtrim(NEW.quantity, '0.') = '-')) THEN RAISE(ABORT, 'carries.quantity has to be a decimal number, and not below zero') WHEN NOT (NEW.time_ms >= 0) THEN RAISE(ABORT, 'carries.time_ms has to be milliseconds since 1970') END; END;
CREATE TRIGGER guard_carries_update_20711de3 BEFORE UPDATE ON carries BEGIN SELECT CASE WHEN NOT (rtrim(rtrim(rtrim(NEW.cost, '0123456789'), '.'), '0123456789') IN ('', '-') AND replace(NEW.cost, '..', '') = NEW.cost AND rtrim(NEW.cost, '.') = NEW.cost AND ltrim(NEW.cost, '.') = NEW.cost AND substr(NEW.cost, 1, 2) <> '-.' AND NEW.cost NOT IN ('', '-')) THEN RAISE(ABORT, 'carries.cost has to be a decimal number') WHEN NOT (rtrim(rtrim(rtrim(NEW.quantity, '0123456789'), '.'), '0123456789') IN ('', '-') AND replace(NEW.quantity, '..', '') = NEW.quantity AND rtrim(NEW.quantity, '.') = NEW.quantity AND ltrim(NEW.quantity, '.') = NEW.quantity AND substr(NEW.quantity, 1, 2) <> '-.' AND NEW.quantity NOT IN ('', '-') AND (substr(NEW.quantity, 1, 1) <> '-' OR rtrim(NEW.quantity, '0.') = '-')) THEN RAISE(ABORT, 'carries.quantity has to be a decimal number, and not below zero') WHEN NOT (NEW.time_ms >= 0) THEN RAISE(ABORT, 'carries.time_ms has to be milliseconds since 1970') END; END;
CREATE TRIGGER guard_closed_sums_insert_0d8c422c BEFORE INSERT ON closed_sums BEGIN SELECT CASE WHEN NOT (rtrim(rtrim(rtrim(NEW.fees_quote, '0123456789'), '.'), '0123456789') IN ('', '-') AND replace(NEW.fees_quote, '..', '') = NEW.fees_quote AND rtrim(NEW.fees_quote, '.') = NEW.fees_quote AND ltrim(NEW.fees_quote, '.') = NEW.fees_quote AND substr(NEW.fees_quote, 1, 2) <> '-.' AND NEW.fees_quote NOT IN ('', '-')) THEN RAISE(ABORT, 'closed_sums.fees_quote has to be a decimal number') WHEN NOT (rtrim(rtrim(rtrim(NEW.profit, '0123456789'), '.'), '0123456789') IN ('', '-') AND replace(NEW.profit, '..', '') = NEW.profit AND rtrim(NEW.profit, '.') = NEW.profit AND ltrim(NEW.profit, '.') = NEW.profit AND substr(NEW.profit, 1, 2) <> '-.' AND NEW.profit NOT IN ('', '-')) THEN RAISE(ABORT, 'closed_sums.profit has to be a decimal number') END; END;
CREATE TRIGGER guard_closed_sums_update_0d8c422c BEFORE UPDATE ON closed_sums BEGIN SELECT CASE WHEN NOT (rtrim(rtrim(rtrim(NEW.fees_quote, '0123456789'), '.'), '0123456789') IN ('', '-') AND replace(NEW.fees_quote, '..', '') = NEW.fees_quote AND rtrim(NEW.fees_quote, '.') = NEW.fees_quote AND ltrim(NEW.fees_quote, '.') = NEW.fees_quote AND substr(NEW.fees_quote, 1, 2) <> '-.' AND NEW.fees_quote NOT IN ('', '-')) THEN RAISE(ABORT, 'closed_sums.fees_quote has to be a decimal number') WHEN NOT (rtrim(rtrim(rtrim(NEW.profit, '0123456789'), '.'), '0123456789') IN ('', '-') AND replace(NEW.profit, '..', '') = NEW.profit AND rtrim(NEW.profit, '.') = NEW.profit AND ltrim(NEW.profit, '.') = NEW.profit AND substr(NEW.profit, 1, 2) <> '-.' AND NEW.profit NOT IN ('', '-')) THEN RAISE(ABORT, 'closed_sums.profit has to be a decimal number') END; END;
CREATE TRIGGER guard_cost_moves_insert_75991214 BEFORE INSERT ON cost_moves BEGIN SELECT CASE WHEN NOT (rtrim(rtrim(rtrim(NEW.cost, '0123456789'), '.'), '0123456789') IN ('', '-') AND replace(NEW.cost, '..', '') = NEW.cost AND rtrim(NEW.cost, '.') = NEW.cost AND ltrim(NEW.cost, '.') = NEW.cost AND substr(NEW.cost, 1, 2) <> '-.' AND NEW.cost NOT IN ('', '-')) THEN RAISE(ABORT, 'cost_moves.cost has to be a decimal number') WHEN NOT (NEW.time_ms >= 0) THEN RAISE(ABORT, 'cost_moves.time_ms has to be milliseconds since 1970') END; END;
CREATE TRIGGER guard_cost_moves_update_75991214 BEFORE UPDATE ON cost_moves BEGIN SELECT CASE WHEN NOT (rtrim(rtrim(rtrim(NEW.cost, '0123456789'), '.'), '0123456789') IN ('', '-') AND replace(NEW.cost, '..', '') = NEW.cost AND rtrim(NEW.cost, '.') = NEW.cost AND ltrim(NEW.cost, '.') = NEW.cost AND substr(NEW.cost, 1, 2) <> '-.' AND NEW.cost NOT IN ('', '-')) THEN RAISE(ABORT, 'cost_moves.cost has to be a decimal number') WHEN NOT (NEW.time_ms >= 0) THEN RAISE(ABORT, 'cost_moves.time_ms has to be milliseconds since 1970') END; END;
CREATE TRIGGER guard_cursors_insert_9c15d631 BEFORE INSERT ON cursors BEGIN SELECT CASE WHEN NOT (NEW.at_ms >= 0) THEN RAISE(ABORT, 'cursors.at_ms has to be milliseconds since 1970') END; END;
CREATE TRIGGER guard_cursors_update_9c15d631 BEFORE UPDATE ON cursors BEGIN SELECT CASE WHEN NOT (NEW.at_ms >= 0) THEN RAISE(ABORT, 'cursors.at_ms has to be milliseconds since 1970') END; END;
CREATE TRIGGER guard_decisions_insert_250ef94b BEFORE INSERT ON decisions BEGIN SELECT CASE WHEN NOT (NEW.at_ms >= 0) THEN RAISE(ABORT, 'decisions.at_ms has to be milliseconds since 1970') WHEN NOT (NEW.cause IN ('TARGET', 'LADDER', 'AGE', 'GROUP', 'TRAILING', 'STOP_LOSS', 'BREAK_EVEN', 'INSTRUCTION', 'NEVER_ARRIVED', 'NEVER_SENT', 'PROFIT_SHARED', 'NEW_PRICE', 'NEW_STOP', 'ORDER_SLOT', 'TRAIL_SLOT', 'TOGETHER', 'LOT_FINISHED', 'TOO_SMALL', 'PRICE', 'NOT_TRADING', 'NO_BALANCE', 'RESTRICTED', 'REFUSED', 'OBSTACLE', 'TURN', 'SOLD', 'NOTHING_LEFT', 'RELEASING', 'CANCELLED_BY_HAND', 'AMENDED_BY_HAND', 'ORDER_LIST', 'PERHAPS_SOLD', 'READING', 'READING_CANCELLED', 'READING_AMENDED', 'READING_PERHAPS_SOLD', 'HOLD_ENDED', 'OPERATOR', 'SOLD_BY_HAND', 'PAUSE_OVER', 'POLICY', 'FAULT', 'STREAM_LOST', 'STREAM_PROVEN', 'NOT_PROVEN', 'DATABASE_AWAY')) THEN RAISE(ABORT, 'decisions.cause has to be one of TARGET, LADDER, AGE, GROUP, TRAILING, STOP_LOSS, BREAK_EVEN, INSTRUCTION, NEVER_ARRIVED, NEVER_SENT, PROFIT_SHARED, NEW_PRICE, NEW_STOP, ORDER_SLOT, TRAIL_SLOT, TOGETHER, LOT_FINISHED, TOO_SMALL, PRICE, NOT_TRADING, NO_BALANCE, RESTRICTED, REFUSED, OBSTACLE, TURN, SOLD, NOTHING_LEFT, RELEASING, CANCELLED_BY_HAND, AMENDED_BY_HAND, ORDER_LIST, PERHAPS_SOLD, READING, READING_CANCELLED, READING_AMENDED, READING_PERHAPS_SOLD, HOLD_ENDED, OPERATOR, SOLD_BY_HAND, PAUSE_OVER, POLICY, FAULT, STREAM_LOST, STREAM_PROVEN, NOT_PROVEN, DATABASE_AWAY') WHEN NOT (NEW.kind IN ('SELL_PLACED', 'SELL_SENT_AGAIN', 'SELL_CANCELLED', 'EXIT_ARMED', 'EXIT_FIRED', 'LOT_HELD', 'LOT_FREED', 'LOT_PARKED', 'LOT_QUEUED', 'LOT_CLOSED', 'LOT_RELEASED', 'COINS_ADOPTED', 'COINS_DISMISSED', 'COINS_KEPT', 'DUST_MOVED', 'COST_MOVED', 'MANUAL_SALE_TAKEN', 'SALE_BEGUN', 'SALE_WITHDRAWN', 'SALE_GIVEN_UP', 'BUY_SENT', 'BUY_CANCELLED', 'ORDER_SETTLED', 'PAIR_PAUSED', 'PAIR_RESUMED', 'KILL_SWITCH_ON', 'KILL_SWITCH_OFF', 'SETTINGS_CHANGED', 'TRADES_POLLED', 'TRADES_STREAMED', 'PAIR_WATCHED', 'MESSAGE_QUARANTINED', 'FEES_BOUGHT', 'NOTES_LOST')) THEN RAISE(ABORT, 'decisions.kind has to be one of SELL_PLACED, SELL_SENT_AGAIN, SELL_CANCELLED, EXIT_ARMED, EXIT_FIRED, LOT_HELD, LOT_FREED, LOT_PARKED, LOT_QUEUED, LOT_CLOSED, LOT_RELEASED, COINS_ADOPTED, COINS_DISMISSED, COINS_KEPT, DUST_MOVED, COST_MOVED, MANUAL_SALE_TAKEN, SALE_BEGUN, SALE_WITHDRAWN, SALE_GIVEN_UP, BUY_SENT, BUY_CANCELLED, ORDER_SETTLED, PAIR_PAUSED, PAIR_RESUMED, KILL_SWITCH_ON, KILL_SWITCH_OFF, SETTINGS_CHANGED, TRADES_POLLED, TRADES_STREAMED, PAIR_WATCHED, MESSAGE_QUARANTINED, FEES_BOUGHT, NOTES_LOST') END; END;
CREATE TRIGGER guard_decisions_update_250ef94b BEFORE UPDATE ON decisions BEGIN SELECT CASE WHEN NOT (NEW.at_ms >= 0) THEN RAISE(ABORT, 'decisions.at_ms has to be milliseconds since 1970') WHEN NOT (NEW.cause IN ('TARGET', 'LADDER', 'AGE', 'GROUP', 'TRAILING', 'STOP_LOSS', 'BREAK_EVEN', 'INSTRUCTION', 'NEVER_ARRIVED', 'NEVER_SENT', 'PROFIT_SHARED', 'NEW_PRICE', 'NEW_STOP', 'ORDER_SLOT', 'TRAIL_SLOT', 'TOGETHER', 'LOT_FINISHED', 'TOO_SMALL', 'PRICE', 'NOT_TRADING', 'NO_BALANCE', 'RESTRICTED', 'REFUSED', 'OBSTACLE', 'TURN', 'SOLD', 'NOTHING_LEFT', 'RELEASING', 'CANCELLED_BY_HAND', 'AMENDED_BY_HAND', 'ORDER_LIST', 'PERHAPS_SOLD', 'READING', 'READING_CANCELLED', 'READING_AMENDED', 'READING_PERHAPS_SOLD', 'HOLD_ENDED', 'OPERATOR', 'SOLD_BY_HAND', 'PAUSE_OVER', 'POLICY', 'FAULT', 'STREAM_LOST', 'STREAM_PROVEN', 'NOT_PROVEN', 'DATABASE_AWAY')) THEN RAISE(ABORT, 'decisions.cause has to be one of TARGET, LADDER, AGE, GROUP, TRAILING, STOP_LOSS, BREAK_EVEN, INSTRUCTION, NEVER_ARRIVED, NEVER_SENT, PROFIT_SHARED, NEW_PRICE, NEW_STOP, ORDER_SLOT, TRAIL_SLOT, TOGETHER, LOT_FINISHED, TOO_SMALL, PRICE, NOT_TRADING, NO_BALANCE, RESTRICTED, REFUSED, OBSTACLE, TURN, SOLD, NOTHING_LEFT, RELEASING, CANCELLED_BY_HAND, AMENDED_BY_HAND, ORDER_LIST, PERHAPS_SOLD, READING, READING_CANCELLED, READING_AMENDED, READING_PERHAPS_SOLD, HOLD_ENDED, OPERATOR, SOLD_BY_HAND, PAUSE_OVER, POLICY, FAULT, STREAM_LOST, STREAM_PROVEN, NOT_PROVEN, DATABASE_AWAY') WHEN NOT (NEW.kind IN ('SELL_PLACED', 'SELL_SENT_AGAIN', 'SELL_CANCELLED', 'EXIT_ARMED', 'EXIT_FIRED', 'LOT_HELD', 'LOT_FREED', 'LOT_PARKED', 'LOT_QUEUED', 'LOT_CLOSED', 'LOT_RELEASED', 'COINS_ADOPTED', 'COINS_DISMISSED', 'COINS_KEPT', 'DUST_MOVED', 'COST_MOVED', 'MANUAL_SALE_TAKEN', 'SALE_BEGUN', 'SALE_WITHDRAWN', 'SALE_GIVEN_UP', 'BUY_SENT', 'BUY_CANCELLED', 'ORDER_SETTLED', 'PAIR_PAUSED', 'PAIR_RESUMED', 'KILL_SWITCH_ON', 'KILL_SWITCH_OFF', 'SETTINGS_CHANGED', 'TRADES_POLLED', 'TRADES_STREAMED', 'PAIR_WATCHED', 'MESSAGE_QUARANTINED', 'FEES_BOUGHT', 'NOTES_LOST')) THEN RAISE(ABORT, 'decisions.kind has to be one of SELL_PLACED, SELL_SENT_AGAIN, SELL_CANCELLED, EXIT_ARMED, EXIT_FIRED, LOT_HELD, LOT_FREED, LOT_PARKED, LOT_QUEUED, LOT_CLOSED, LOT_RELEASED, COINS_ADOPTED, COINS_DISMISSED, COINS_KEPT, DUST_MOVED, COST_MOVED, MANUAL_SALE_TAKEN, SALE_BEGUN, SALE_WITHDRAWN, SALE_GIVEN_UP, BUY_SENT, BUY_CANCELLED, ORDER_SETTLED, PAIR_PAUSED, PAIR_RESUMED, KILL_SWITCH_ON, KILL_SWITCH_OFF, SETTINGS_CHANGED, TRADES_POLLED, TRADES_STREAMED, PAIR_WATCHED, MESSAGE_QUARANTINED, FEES_BOUGHT, NOTES_LOST') END; END;
CREATE TRIGGER guard_disposals_insert_b09bd3e2 BEFORE INSERT ON disposals BEGIN SELECT CASE WHEN NOT (rtrim(rtrim(rtrim(NEW.cost, '0123456789'), '.'), '0123456789') IN ('', '-') AND replace(NEW.cost, '..', '') = NEW.cost AND rtrim(NEW.cost, '.') = NEW.cost AND ltrim(NEW.cost, '.') = NEW.cost AND substr(NEW.cost, 1, 2) <> '-.' AND NEW.cost NOT IN ('', '-')) THEN RAISE(ABORT, 'disposals.cost has to be a decimal number') WHEN NOT (rtrim(rtrim(rtrim(NEW.proceeds, '0123456789'), '.'), '0123456789') IN ('', '-') AND replace(NEW.proceeds, '..', '') = NEW.proceeds AND rtrim(NEW.proceeds, '.') = NEW.proceeds AND ltrim(NEW.proceeds, '.') = NEW.proceeds AND substr(NEW.proceeds, 1, 2) <> '-.' AND NEW.proceeds NOT IN ('', '-')) THEN RAISE(ABORT, 'disposals.proceeds has to be a decimal number') WHEN NOT (rtrim(rtrim(rtrim(NEW.quantity, '0123456789'), '.'), '0123456789') IN ('', '-') AND replace(NEW.quantity, '..', '') = NEW.quantity AND rtrim(NEW.quantity, '.') = NEW.quantity AND ltrim(NEW.quantity, '.') = NEW.quantity AND substr(NEW.quantity, 1, 2) <> '-.' AND NEW.quantity NOT IN ('', '-') AND (substr(NEW.quantity, 1, 1) <> '-' OR rtrim(NEW.quantity, '0.') = '-')) THEN RAISE(ABORT, 'disposals.quantity has to be a decimal number, and not below zero') WHEN NOT (NEW.time_ms >= 0) THEN RAISE(ABORT, 'disposals.time_ms has to be milliseconds since 1970') WHEN NOT (NEW.way IN ('SOLD_BY_HAND', 'RELEASED', 'KEPT', 'LEFT')) THEN RAISE(ABORT, 'disposals.way has to be one of SOLD_BY_HAND, RELEASED, KEPT, LEFT') END; END;
CREATE TRIGGER guard_disposals_update_b09bd3e2 BEFORE UPDATE ON disposals BEGIN SELECT CASE WHEN NOT (rtrim(rtrim(rtrim(NEW.cost, '0123456789'), '.'), '0123456789') IN ('', '-') AND replace(NEW.cost, '..', '') = NEW.cost AND rtrim(NEW.cost, '.') = NEW.cost AND ltrim(NEW.cost, '.') = NEW.cost AND substr(NEW.cost, 1, 2) <> '-.' AND NEW.cost NOT IN ('', '-')) THEN RAISE(ABORT, 'disposals.cost has to be a decimal number') WHEN NOT (rtrim(rtrim(rtrim(NEW.proceeds, '0123456789'), '.'), '0123456789') IN ('', '-') AND replace(NEW.proceeds, '..', '') = NEW.proceeds AND rtrim(NEW.proceeds, '.') = NEW.proceeds AND ltrim(NEW.proceeds, '.') = NEW.proceeds AND substr(NEW.proceeds, 1, 2) <> '-.' AND NEW.proceeds NOT IN ('', '-')) THEN RAISE(ABORT, 'disposals.proceeds has to be a decimal number') WHEN NOT (rtrim(rtrim(rtrim(NEW.quantity, '0123456789'), '.'), '0123456789') IN ('', '-') AND replace(NEW.quantity, '..', '') = NEW.quantity AND rtrim(NEW.quantity, '.') = NEW.quantity AND ltrim(NEW.quantity, '.') = NEW.quantity AND substr(NEW.quantity, 1, 2) <> '-.' AND NEW.quantity NOT IN ('', '-') AND (substr(NEW.quantity, 1, 1) <> '-' OR rtrim(NEW.quantity, '0.') = '-')) THEN RAISE(ABORT, 'disposals.quantity has to be a decimal number, and not below zero') WHEN NOT (NEW.time_ms >= 0) THEN RAISE(ABORT, 'disposals.time_ms has to be milliseconds since 1970') WHEN NOT (NEW.way IN ('SOLD_BY_HAND', 'RELEASED', 'KEPT', 'LEFT')) THEN RAISE(ABORT, 'disposals.way has to be one of SOLD_BY_HAND, RELEASED, KEPT, LEFT') END; END;
CREATE TRIGGER guard_fee_values_insert_d38d6c8c BEFORE INSERT ON fee_values BEGIN SELECT CASE WHEN NOT (rtrim(rtrim(rtrim(NEW.price, '0123456789'), '.'), '0123456789') IN ('', '-') AND replace(NEW.price, '..', '') = NEW.price AND rtrim(NEW.price, '.') = NEW.price AND ltrim(NEW.price, '.') = NEW.price AND substr(NEW.price, 1, 2) <> '-.' AND NEW.price NOT IN ('', '-') AND (substr(NEW.price, 1, 1) <> '-' OR rtrim(NEW.price, '0.') = '-')) THEN RAISE(ABORT, 'fee_values.price has to be a decimal number, and not below zero') WHEN NOT (NEW.time_ms >= 0) THEN RAISE(ABORT, 'fee_values.time_ms has to be milliseconds since 1970') WHEN NOT (rtrim(rtrim(rtrim(NEW.value, '0123456789'), '.'), '0123456789') IN ('', '-') AND replace(NEW.value, '..', '') = NEW.value AND rtrim(NEW.value, '.') = NEW.value AND ltrim(NEW.value, '.') = NEW.value AND substr(NEW.value, 1, 2) <> '-.' AND NEW.value NOT IN ('', '-')) THEN RAISE(ABORT, 'fee_values.value has to be a decimal number') END; END;
CREATE TRIGGER guard_fee_values_update_d38d6c8c BEFORE UPDATE ON fee_values BEGIN SELECT CASE WHEN NOT (rtrim(rtrim(rtrim(NEW.price, '0123456789'), '.'), '0123456789') IN ('', '-') AND replace(NEW.price, '..', '') = NEW.price AND rtrim(NEW.price, '.') = NEW.price AND ltrim(NEW.price, '.') = NEW.price AND substr(NEW.price, 1, 2) <> '-.' AND NEW.price NOT IN ('', '-') AND (substr(NEW.price, 1, 1) <> '-' OR rtrim(NEW.price, '0.') = '-')) THEN RAISE(ABORT, 'fee_values.price has to be a decimal number, and not below zero') WHEN NOT (NEW.time_ms >= 0) THEN RAISE(ABORT, 'fee_values.time_ms has to be milliseconds since 1970') WHEN NOT (rtrim(rtrim(rtrim(NEW.value, '0123456789'), '.'), '0123456789') IN ('', '-') AND replace(NEW.value, '..', '') = NEW.value AND rtrim(NEW.value, '.') = NEW.value AND ltrim(NEW.value, '.') = NEW.value AND substr(NEW.value, 1, 2) <> '-.' AND NEW.value NOT IN ('', '-')) THEN RAISE(ABORT, 'fee_values.value has to be a decimal number') END; END;
CREATE TRIGGER guard_fills_insert_f9cd268c BEFORE INSERT ON fills BEGIN SELECT CASE WHEN NOT (rtrim(rtrim(rtrim(NEW.commission, '0123456789'), '.'), '0123456789') IN ('', '-') AND replace(NEW.commission, '..', '') = NEW.commission AND rtrim(NEW.commission, '.') = NEW.commission AND ltrim(NEW.commission, '.') = NEW.commission AND substr(NEW.commission, 1, 2) <> '-.' AND NEW.commission NOT IN ('', '-')) THEN RAISE(ABORT, 'fills.commission has to be a decimal number') WHEN NOT (rtrim(rtrim(rtrim(NEW.price, '0123456789'), '.'), '0123456789') IN ('', '-') AND replace(NEW.price, '..', '') = NEW.price AND rtrim(NEW.price, '.') = NEW.price AND ltrim(NEW.price, '.') = NEW.price AND substr(NEW.price, 1, 2) <> '-.' AND NEW.price NOT IN ('', '-') AND (substr(NEW.price, 1, 1) <> '-' OR rtrim(NEW.price, '0.') = '-')) THEN RAISE(ABORT, 'fills.price has to be a decimal number, and not below zero') WHEN NOT (rtrim(rtrim(rtrim(NEW.quantity, '0123456789'), '.'), '0123456789') IN ('', '-') AND replace(NEW.quantity, '..', '') = NEW.quantity AND rtrim(NEW.quantity, '.') = NEW.quantity AND ltrim(NEW.quantity, '.') = NEW.quantity AND substr(NEW.quantity, 1, 2) <> '-.' AND NEW.quantity NOT IN ('', '-') AND (substr(NEW.quantity, 1, 1) <> '-' OR rtrim(NEW.quantity, '0.') = '-')) THEN RAISE(ABORT, 'fills.quantity has to be a decimal number, and not below zero') WHEN NOT (rtrim(rtrim(rtrim(NEW.quote_quantity, '0123456789'), '.'), '0123456789') IN ('', '-') AND replace(NEW.quote_quantity, '..', '') = NEW.quote_quantity AND rtrim(NEW.quote_quantity, '.') = NEW.quote_quantity AND ltrim(NEW.quote_quantity, '.') = NEW.quote_quantity AND substr(NEW.quote_quantity, 1, 2) <> '-.' AND NEW.quote_quantity NOT IN ('', '-') AND (substr(NEW.quote_quantity, 1, 1) <> '-' OR rtrim(NEW.quote_quantity, '0.') = '-')) THEN RAISE(ABORT, 'fills.quote_quantity has to be a decimal number, and not below zero') WHEN NOT (NEW.side IN ('BUY', 'SELL')) THEN RAISE(ABORT, 'fills.side has to be one of BUY, SELL') WHEN NOT (NEW.time_ms >= 0) THEN RAISE(ABORT, 'fills.time_ms has to be milliseconds since 1970') END; END;
CREATE TRIGGER guard_fills_update_f9cd268c BEFORE UPDATE ON fills BEGIN SELECT CASE WHEN NOT (rtrim(rtrim(rtrim(NEW.commission, '0123456789'), '.'), '0123456789') IN ('', '-') AND replace(NEW.commission, '..', '') = NEW.commission AND rtrim(NEW.commission, '.') = NEW.commission AND ltrim(NEW.commission, '.') = NEW.commission AND substr(NEW.commission, 1, 2) <> '-.' AND NEW.commission NOT IN ('', '-')) THEN RAISE(ABORT, 'fills.commission has to be a decimal number') WHEN NOT (rtrim(rtrim(rtrim(NEW.price, '0123456789'), '.'), '0123456789') IN ('', '-') AND replace(NEW.price, '..', '') = NEW.price AND rtrim(NEW.price, '.') = NEW.price AND ltrim(NEW.price, '.') = NEW.price AND substr(NEW.price, 1, 2) <> '-.' AND NEW.price NOT IN ('', '-') AND (substr(NEW.price, 1, 1) <> '-' OR rtrim(NEW.price, '0.') = '-')) THEN RAISE(ABORT, 'fills.price has to be a decimal number, and not below zero') WHEN NOT (rtrim(rtrim(rtrim(NEW.quantity, '0123456789'), '.'), '0123456789') IN ('', '-') AND replace(NEW.quantity, '..', '') = NEW.quantity AND rtrim(NEW.quantity, '.') = NEW.quantity AND ltrim(NEW.quantity, '.') = NEW.quantity AND substr(NEW.quantity, 1, 2) <> '-.' AND NEW.quantity NOT IN ('', '-') AND (substr(NEW.quantity, 1, 1) <> '-' OR rtrim(NEW.quantity, '0.') = '-')) THEN RAISE(ABORT, 'fills.quantity has to be a decimal number, and not below zero') WHEN NOT (rtrim(rtrim(rtrim(NEW.quote_quantity, '0123456789'), '.'), '0123456789') IN ('', '-') AND replace(NEW.quote_quantity, '..', '') = NEW.quote_quantity AND rtrim(NEW.quote_quantity, '.') = NEW.quote_quantity AND ltrim(NEW.quote_quantity, '.') = NEW.quote_quantity AND substr(NEW.quote_quantity, 1, 2) <> '-.' AND NEW.quote_quantity NOT IN ('', '-') AND (substr(NEW.quote_quantity, 1, 1) <> '-' OR rtrim(NEW.quote_quantity, '0.') = '-')) THEN RAISE(ABORT, 'fills.quote_quantity has to be a decimal number, and not below zero') WHEN NOT (NEW.side IN ('BUY', 'SELL')) THEN RAISE(ABORT, 'fills.side has to be one of BUY, SELL') WHEN NOT (NEW.time_ms >= 0) THEN RAISE(ABORT, 'fills.time_ms has to be milliseconds since 1970') END; END;
CREATE TRIGGER guard_lots_insert_b1fd634e BEFORE INSERT ON lots BEGIN SELECT CASE WHEN NOT (NEW.break_even_ms >= 0) THEN RAISE(ABORT, 'lots.break_even_ms has to be milliseconds since 1970') WHEN NOT (NEW.closed_ms >= 0) THEN RAISE(ABORT, 'lots.closed_ms has to be milliseconds since 1970') WHEN NOT (rtrim(rtrim(rtrim(NEW.fees_quote, '0123456789'), '.'), '0123456789') IN ('', '-') AND replace(NEW.fees_quote, '..', '') = NEW.fees_quote AND rtrim(NEW.fees_quote, '.') = NEW.fees_quote AND ltrim(NEW.fees_quote, '.') = NEW.fees_quote AND substr(NEW.fees_quote, 1, 2) <> '-.' AND NEW.fees_quote NOT IN ('', '-')) THEN RAISE(ABORT, 'lots.fees_quote has to be a decimal number') WHEN NOT (NEW.hold IN ('RELEASING', 'CANCELLED_BY_HAND', 'AMENDED_BY_HAND', 'ORDER_LIST', 'PERHAPS_SOLD', 'READING', 'READING_CANCELLED', 'READING_AMENDED', 'READING_PERHAPS_SOLD')) THEN RAISE(ABORT, 'lots.hold has to be one of RELEASING, CANCELLED_BY_HAND, AMENDED_BY_HAND, ORDER_LIST, PERHAPS_SOLD, READING, READING_CANCELLED, READING_AMENDED, READING_PERHAPS_SOLD') WHEN NOT (NEW.opened_ms >= 0) THEN RAISE(ABORT, 'lots.opened_ms has to be milliseconds since 1970') WHEN NOT (rtrim(rtrim(rtrim(NEW.profit, '0123456789'), '.'), '0123456789') IN ('', '-') AND replace(NEW.profit, '..', '') = NEW.profit AND rtrim(NEW.profit, '.') = NEW.profit AND ltrim(NEW.profit, '.') = NEW.profit AND substr(NEW.profit, 1, 2) <> '-.' AND NEW.profit NOT IN ('', '-')) THEN RAISE(ABORT, 'lots.profit has to be a decimal number') WHEN NOT (rtrim(rtrim(rtrim(NEW.rest, '0123456789'), '.'), '0123456789') IN ('', '-') AND replace(NEW.rest, '..', '') = NEW.rest AND rtrim(NEW.rest, '.') = NEW.rest AND ltrim(NEW.rest, '.') = NEW.rest AND substr(NEW.rest, 1, 2) <> '-.' AND NEW.rest NOT IN ('', '-')) THEN RAISE(ABORT, 'lots.rest has to be a decimal number') WHEN NOT (NEW.state IN ('OPEN', 'SELLING', 'PARKED', 'QUEUED', 'HELD', 'CLOSED')) THEN RAISE(ABORT, 'lots.state has to be one of OPEN, SELLING, PARKED, QUEUED, HELD, CLOSED') END; END;
CREATE TRIGGER guard_lots_update_b1fd634e BEFORE UPDATE ON lots BEGIN SELECT CASE WHEN NOT (NEW.break_even_ms >= 0) THEN RAISE(ABORT, 'lots.break_even_ms has to be milliseconds since 1970') WHEN NOT (NEW.closed_ms >= 0) THEN RAISE(ABORT, 'lots.closed_ms has to be milliseconds since 1970') WHEN NOT (rtrim(rtrim(rtrim(NEW.fees_quote, '0123456789'), '.'), '0123456789') IN ('', '-') AND replace(NEW.fees_quote, '..', '') = NEW.fees_quote AND rtrim(NEW.fees_quote, '.') = NEW.fees_quote AND ltrim(NEW.fees_quote, '.') = NEW.fees_quote AND substr(NEW.fees_quote, 1, 2) <> '-.' AND NEW.fees_quote NOT IN ('', '-')) THEN RAISE(ABORT, 'lots.fees_quote has to be a decimal number') WHEN NOT (NEW.hold IN ('RELEASING', 'CANCELLED_BY_HAND', 'AMENDED_BY_HAND', 'ORDER_LIST', 'PERHAPS_SOLD', 'READING', 'READING_CANCELLED', 'READING_AMENDED', 'READING_PERHAPS_SOLD')) THEN RAISE(ABORT, 'lots.hold has to be one of RELEASING, CANCELLED_BY_HAND, AMENDED_BY_HAND, ORDER_LIST, PERHAPS_SOLD, READING, READING_CANCELLED, READING_AMENDED, READING_PERHAPS_SOLD') WHEN NOT (NEW.opened_ms >= 0) THEN RAISE(ABORT, 'lots.opened_ms has to be milliseconds since 1970') WHEN NOT (rtrim(rtrim(rtrim(NEW.profit, '0123456789'), '.'), '0123456789') IN ('', '-') AND replace(NEW.profit, '..', '') = NEW.profit AND rtrim(NEW.profit, '.') = NEW.profit AND ltrim(NEW.profit, '.') = NEW.profit AND substr(NEW.profit, 1, 2) <> '-.' AND NEW.profit NOT IN ('', '-')) THEN RAISE(ABORT, 'lots.profit has to be a decimal number') WHEN NOT (rtrim(rtrim(rtrim(NEW.rest, '0123456789'), '.'), '0123456789') IN ('', '-') AND replace(NEW.rest, '..', '') = NEW.rest AND rtrim(NEW.rest, '.') = NEW.rest AND ltrim(NEW.rest, '.') = NEW.rest AND substr(NEW.rest, 1, 2) <> '-.' AND NEW.rest NOT IN ('', '-')) THEN RAISE(ABORT, 'lots.rest has to be a decimal number') WHEN NOT (NEW.state IN ('OPEN', 'SELLING', 'PARKED', 'QUEUED', 'HELD', 'CLOSED')) THEN RAISE(ABORT, 'lots.state has to be one of OPEN, SELLING, PARKED, QUEUED, HELD, CLOSED') END; END;
CREATE TRIGGER guard_orders_insert_5a69db17 BEFORE INSERT ON orders BEGIN SELECT CASE WHEN NOT (rtrim(rtrim(rtrim(NEW.cost, '0123456789'), '.'), '0123456789') IN ('', '-') AND replace(NEW.cost, '..', '') = NEW.cost AND rtrim(NEW.cost, '.') = NEW.cost AND ltrim(NEW.cost, '.') = NEW.cost AND substr(NEW.cost, 1, 2) <> '-.' AND NEW.cost NOT IN ('', '-')) THEN RAISE(ABORT, 'orders.cost has to be a decimal number') WHEN NOT (NEW.created_ms >= 0) THEN RAISE(ABORT, 'orders.created_ms has to be milliseconds since 1970') WHEN NOT (rtrim(rtrim(rtrim(NEW.executed, '0123456789'), '.'), '0123456789') IN ('', '-') AND replace(NEW.executed, '..', '') = NEW.executed AND rtrim(NEW.executed, '.') = NEW.executed AND ltrim(NEW.executed, '.') = NEW.executed AND substr(NEW.executed, 1, 2) <> '-.' AND NEW.executed NOT IN ('', '-') AND (substr(NEW.executed, 1, 1) <> '-' OR rtrim(NEW.executed, '0.') = '-')) THEN RAISE(ABORT, 'orders.executed has to be a decimal number, and not below zero') WHEN NOT (rtrim(rtrim(rtrim(NEW.price, '0123456789'), '.'), '0123456789') IN ('', '-') AND replace(NEW.price, '..', '') = NEW.price AND rtrim(NEW.price, '.') = NEW.price AND ltrim(NEW.price, '.') = NEW.price AND substr(NEW.price, 1, 2) <> '-.' AND NEW.price NOT IN ('', '-') AND (substr(NEW.price, 1, 1) <> '-' OR rtrim(NEW.price, '0.') = '-')) THEN RAISE(ABORT, 'orders.price has to be a decimal number, and not below zero') WHEN NOT (rtrim(rtrim(rtrim(NEW.profit, '0123456789'), '.'), '0123456789') IN ('', '-') AND replace(NEW.profit, '..', '') = NEW.profit AND rtrim(NEW.profit, '.') = NEW.profit AND ltrim(NEW.profit, '.') = NEW.profit AND substr(NEW.profit, 1, 2) <> '-.' AND NEW.profit NOT IN ('', '-')) THEN RAISE(ABORT, 'orders.profit has to be a decimal number') WHEN NOT (rtrim(rtrim(rtrim(NEW.quantity, '0123456789'), '.'), '0123456789') IN ('', '-') AND replace(NEW.quantity, '..', '') = NEW.quantity AND rtrim(NEW.quantity, '.') = NEW.quantity AND ltrim(NEW.quantity, '.') = NEW.quantity AND substr(NEW.quantity, 1, 2) <> '-.' AND NEW.quantity NOT IN ('', '-') AND (substr(NEW.quantity, 1, 1) <> '-' OR rtrim(NEW.quantity, '0.') = '-')) THEN RAISE(ABORT, 'orders.quantity has to be a decimal number, and not below zero') WHEN NOT (rtrim(rtrim(rtrim(NEW.sell_rate, '0123456789'), '.'), '0123456789') IN ('', '-') AND replace(NEW.sell_rate, '..', '') = NEW.sell_rate AND rtrim(NEW.sell_rate, '.') = NEW.sell_rate AND ltrim(NEW.sell_rate, '.') = NEW.sell_rate AND substr(NEW.sell_rate, 1, 2) <> '-.' AND NEW.sell_rate NOT IN ('', '-') AND (substr(NEW.sell_rate, 1, 1) <> '-' OR rtrim(NEW.sell_rate, '0.') = '-')) THEN RAISE(ABORT, 'orders.sell_rate has to be a decimal number, and not below zero') WHEN NOT (NEW.sent_ms >= 0) THEN RAISE(ABORT, 'orders.sent_ms has to be milliseconds since 1970') WHEN NOT (NEW.state IN ('PLACING', 'UNKNOWN', 'OPEN', 'PARTIALLY_FILLED', 'CANCELING', 'FILLED', 'CANCELED', 'EXPIRED', 'REFUSED', 'NOT_SENT')) THEN RAISE(ABORT, 'orders.state has to be one of PLACING, UNKNOWN, OPEN, PARTIALLY_FILLED, CANCELING, FILLED, CANCELED, EXPIRED, REFUSED, NOT_SENT') WHEN NOT (rtrim(rtrim(rtrim(NEW.stop_price, '0123456789'), '.'), '0123456789') IN ('', '-') AND replace(NEW.stop_price, '..', '') = NEW.stop_price AND rtrim(NEW.stop_price, '.') = NEW.stop_price AND ltrim(NEW.stop_price, '.') = NEW.stop_price AND substr(NEW.stop_price, 1, 2) <> '-.' AND NEW.stop_price NOT IN ('', '-') AND (substr(NEW.stop_price, 1, 1) <> '-' OR rtrim(NEW.stop_price, '0.') = '-')) THEN RAISE(ABORT, 'orders.stop_price has to be a decimal number, and not below zero') WHEN NOT (NEW.updated_ms >= 0) THEN RAISE(ABORT, 'orders.updated_ms has to be milliseconds since 1970') END; END;
CREATE TRIGGER guard_orders_update_5a69db17 BEFORE UPDATE ON orders BEGIN SELECT CASE WHEN NOT (rtrim(rtrim(rtrim(NEW.cost, '0123456789'), '.'), '0123456789') IN ('', '-') AND replace(NEW.cost, '..', '') = NEW.cost AND rtrim(NEW.cost, '.') = NEW.cost AND ltrim(NEW.cost, '.') = NEW.cost AND substr(NEW.cost, 1, 2) <> '-.' AND NEW.cost NOT IN ('', '-')) THEN RAISE(ABORT, 'orders.cost has to be a decimal number') WHEN NOT (NEW.created_ms >= 0) THEN RAISE(ABORT, 'orders.created_ms has to be milliseconds since 1970') WHEN NOT (rtrim(rtrim(rtrim(NEW.executed, '0123456789'), '.'), '0123456789') IN ('', '-') AND replace(NEW.executed, '..', '') = NEW.executed AND rtrim(NEW.executed, '.') = NEW.executed AND ltrim(NEW.executed, '.') = NEW.executed AND substr(NEW.executed, 1, 2) <> '-.' AND NEW.executed NOT IN ('', '-') AND (substr(NEW.executed, 1, 1) <> '-' OR rtrim(NEW.executed, '0.') = '-')) THEN RAISE(ABORT, 'orders.executed has to be a decimal number, and not below zero') WHEN NOT (rtrim(rtrim(rtrim(NEW.price, '0123456789'), '.'), '0123456789') IN ('', '-') AND replace(NEW.price, '..', '') = NEW.price AND rtrim(NEW.price, '.') = NEW.price AND ltrim(NEW.price, '.') = NEW.price AND substr(NEW.price, 1, 2) <> '-.' AND NEW.price NOT IN ('', '-') AND (substr(NEW.price, 1, 1) <> '-' OR rtrim(NEW.price, '0.') = '-')) THEN RAISE(ABORT, 'orders.price has to be a decimal number, and not below zero') WHEN NOT (rtrim(rtrim(rtrim(NEW.profit, '0123456789'), '.'), '0123456789') IN ('', '-') AND replace(NEW.profit, '..', '') = NEW.profit AND rtrim(NEW.profit, '.') = NEW.profit AND ltrim(NEW.profit, '.') = NEW.profit AND substr(NEW.profit, 1, 2) <> '-.' AND NEW.profit NOT IN ('', '-')) THEN RAISE(ABORT, 'orders.profit has to be a decimal number') WHEN NOT (rtrim(rtrim(rtrim(NEW.quantity, '0123456789'), '.'), '0123456789') IN ('', '-') AND replace(NEW.quantity, '..', '') = NEW.quantity AND rtrim(NEW.quantity, '.') = NEW.quantity AND ltrim(NEW.quantity, '.') = NEW.quantity AND substr(NEW.quantity, 1, 2) <> '-.' AND NEW.quantity NOT IN ('', '-') AND (substr(NEW.quantity, 1, 1) <> '-' OR rtrim(NEW.quantity, '0.') = '-')) THEN RAISE(ABORT, 'orders.quantity has to be a decimal number, and not below zero') WHEN NOT (rtrim(rtrim(rtrim(NEW.sell_rate, '0123456789'), '.'), '0123456789') IN ('', '-') AND replace(NEW.sell_rate, '..', '') = NEW.sell_rate AND rtrim(NEW.sell_rate, '.') = NEW.sell_rate AND ltrim(NEW.sell_rate, '.') = NEW.sell_rate AND substr(NEW.sell_rate, 1, 2) <> '-.' AND NEW.sell_rate NOT IN ('', '-') AND (substr(NEW.sell_rate, 1, 1) <> '-' OR rtrim(NEW.sell_rate, '0.') = '-')) THEN RAISE(ABORT, 'orders.sell_rate has to be a decimal number, and not below zero') WHEN NOT (NEW.sent_ms >= 0) THEN RAISE(ABORT, 'orders.sent_ms has to be milliseconds since 1970') WHEN NOT (NEW.state IN ('PLACING', 'UNKNOWN', 'OPEN', 'PARTIALLY_FILLED', 'CANCELING', 'FILLED', 'CANCELED', 'EXPIRED', 'REFUSED', 'NOT_SENT')) THEN RAISE(ABORT, 'orders.state has to be one of PLACING, UNKNOWN, OPEN, PARTIALLY_FILLED, CANCELING, FILLED, CANCELED, EXPIRED, REFUSED, NOT_SENT') WHEN NOT (rtrim(rtrim(rtrim(NEW.stop_price, '0123456789'), '.'), '0123456789') IN ('', '-') AND replace(NEW.stop_price, '..', '') = NEW.stop_price AND rtrim(NEW.stop_price, '.') = NEW.stop_price AND ltrim(NEW.stop_price, '.') = NEW.stop_price AND substr(NEW.stop_price, 1, 2) <> '-.' AND NEW.stop_price NOT IN ('', '-') AND (substr(NEW.stop_price, 1, 1) <> '-' OR rtrim(NEW.stop_price, '0.') = '-')) THEN RAISE(ABORT, 'orders.stop_price has to be a decimal number, and not below zero') WHEN NOT (NEW.updated_ms >= 0) THEN RAISE(ABORT, 'orders.updated_ms has to be milliseconds since 1970') END; END;
CREATE TRIGGER guard_profit_entries_insert_879a45f3 BEFORE INSERT ON profit_entries BEGIN SELECT CASE WHEN NOT (NEW.bought_from_ms >= 0) THEN RAISE(ABORT, 'profit_entries.bought_from_ms has to be milliseconds since 1970') WHEN NOT (NEW.bought_to_ms >= 0) THEN RAISE(ABORT, 'profit_entries.bought_to_ms has to be milliseconds since 1970') WHEN NOT (rtrim(rtrim(rtrim(NEW.cost, '0123456789'), '.'), '0123456789') IN ('', '-') AND replace(NEW.cost, '..', '') = NEW.cost AND rtrim(NEW.cost, '.') = NEW.cost AND ltrim(NEW.cost, '.') = NEW.cost AND substr(NEW.cost, 1, 2) <> '-.' AND NEW.cost NOT IN ('', '-')) THEN RAISE(ABORT, 'profit_entries.cost has to be a decimal number') WHEN NOT (rtrim(rtrim(rtrim(NEW.fee, '0123456789'), '.'), '0123456789') IN ('', '-') AND replace(NEW.fee, '..', '') = NEW.fee AND rtrim(NEW.fee, '.') = NEW.fee AND ltrim(NEW.fee, '.') = NEW.fee AND substr(NEW.fee, 1, 2) <> '-.' AND NEW.fee NOT IN ('', '-')) THEN RAISE(ABORT, 'profit_entries.fee has to be a decimal number') WHEN NOT (NEW.kind IN ('BUY', 'SALE', 'MANUAL_SALE', 'DUST')) THEN RAISE(ABORT, 'profit_entries.kind has to be one of BUY, SALE, MANUAL_SALE, DUST') WHEN NOT (rtrim(rtrim(rtrim(NEW.proceeds, '0123456789'), '.'), '0123456789') IN ('', '-') AND replace(NEW.proceeds, '..', '') = NEW.proceeds AND rtrim(NEW.proceeds, '.') = NEW.proceeds AND ltrim(NEW.proceeds, '.') = NEW.proceeds AND substr(NEW.proceeds, 1, 2) <> '-.' AND NEW.proceeds NOT IN ('', '-')) THEN RAISE(ABORT, 'profit_entries.proceeds has to be a decimal number') WHEN NOT (rtrim(rtrim(rtrim(NEW.quantity, '0123456789'), '.'), '0123456789') IN ('', '-') AND replace(NEW.quantity, '..', '') = NEW.quantity AND rtrim(NEW.quantity, '.') = NEW.quantity AND ltrim(NEW.quantity, '.') = NEW.quantity AND substr(NEW.quantity, 1, 2) <> '-.' AND NEW.quantity NOT IN ('', '-') AND (substr(NEW.quantity, 1, 1) <> '-' OR rtrim(NEW.quantity, '0.') = '-')) THEN RAISE(ABORT, 'profit_entries.quantity has to be a decimal number, and not below zero') WHEN NOT (NEW.time_ms >= 0) THEN RAISE(ABORT, 'profit_entries.time_ms has to be milliseconds since 1970') END; END;
CREATE TRIGGER guard_profit_entries_update_879a45f3 BEFORE UPDATE ON profit_entries BEGIN SELECT CASE WHEN NOT (NEW.bought_from_ms >= 0) THEN RAISE(ABORT, 'profit_entries.bought_from_ms has to be milliseconds since 1970') WHEN NOT (NEW.bought_to_ms >= 0) THEN RAISE(ABORT, 'profit_entries.bought_to_ms has to be milliseconds since 1970') WHEN NOT (rtrim(rtrim(rtrim(NEW.cost, '0123456789'), '.'), '0123456789') IN ('', '-') AND replace(NEW.cost, '..', '') = NEW.cost AND rtrim(NEW.cost, '.') = NEW.cost AND ltrim(NEW.cost, '.') = NEW.cost AND substr(NEW.cost, 1, 2) <> '-.' AND NEW.cost NOT IN ('', '-')) THEN RAISE(ABORT, 'profit_entries.cost has to be a decimal number') WHEN NOT (rtrim(rtrim(rtrim(NEW.fee, '0123456789'), '.'), '0123456789') IN ('', '-') AND replace(NEW.fee, '..', '') = NEW.fee AND rtrim(NEW.fee, '.') = NEW.fee AND ltrim(NEW.fee, '.') = NEW.fee AND substr(NEW.fee, 1, 2) <> '-.' AND NEW.fee NOT IN ('', '-')) THEN RAISE(ABORT, 'profit_entries.fee has to be a decimal number') WHEN NOT (NEW.kind IN ('BUY', 'SALE', 'MANUAL_SALE', 'DUST')) THEN RAISE(ABORT, 'profit_entries.kind has to be one of BUY, SALE, MANUAL_SALE, DUST') WHEN NOT (rtrim(rtrim(rtrim(NEW.proceeds, '0123456789'), '.'), '0123456789') IN ('', '-') AND replace(NEW.proceeds, '..', '') = NEW.proceeds AND rtrim(NEW.proceeds, '.') = NEW.proceeds AND ltrim(NEW.proceeds, '.') = NEW.proceeds AND substr(NEW.proceeds, 1, 2) <> '-.' AND NEW.proceeds NOT IN ('', '-')) THEN RAISE(ABORT, 'profit_entries.proceeds has to be a decimal number') WHEN NOT (rtrim(rtrim(rtrim(NEW.quantity, '0123456789'), '.'), '0123456789') IN ('', '-') AND replace(NEW.quantity, '..', '') = NEW.quantity AND rtrim(NEW.quantity, '.') = NEW.quantity AND ltrim(NEW.quantity, '.') = NEW.quantity AND substr(NEW.quantity, 1, 2) <> '-.' AND NEW.quantity NOT IN ('', '-') AND (substr(NEW.quantity, 1, 1) <> '-' OR rtrim(NEW.quantity, '0.') = '-')) THEN RAISE(ABORT, 'profit_entries.quantity has to be a decimal number, and not below zero') WHEN NOT (NEW.time_ms >= 0) THEN RAISE(ABORT, 'profit_entries.time_ms has to be milliseconds since 1970') END; END;
CREATE TRIGGER guard_profit_sums_insert_70df2f1f BEFORE INSERT ON profit_sums BEGIN SELECT CASE WHEN NOT (rtrim(rtrim(rtrim(NEW.by_hand, '0123456789'), '.'), '0123456789') IN ('', '-') AND replace(NEW.by_hand, '..', '') = NEW.by_hand AND rtrim(NEW.by_hand, '.') = NEW.by_hand AND ltrim(NEW.by_hand, '.') = NEW.by_hand AND substr(NEW.by_hand, 1, 2) <> '-.' AND NEW.by_hand NOT IN ('', '-')) THEN RAISE(ABORT, 'profit_sums.by_hand has to be a decimal number') WHEN NOT (rtrim(rtrim(rtrim(NEW.cost, '0123456789'), '.'), '0123456789') IN ('', '-') AND replace(NEW.cost, '..', '') = NEW.cost AND rtrim(NEW.cost, '.') = NEW.cost AND ltrim(NEW.cost, '.') = NEW.cost AND substr(NEW.cost, 1, 2) <> '-.' AND NEW.cost NOT IN ('', '-')) THEN RAISE(ABORT, 'profit_sums.cost has to be a decimal number') WHEN NOT (rtrim(rtrim(rtrim(NEW.fee, '0123456789'), '.'), '0123456789') IN ('', '-') AND replace(NEW.fee, '..', '') = NEW.fee AND rtrim(NEW.fee, '.') = NEW.fee AND ltrim(NEW.fee, '.') = NEW.fee AND substr(NEW.fee, 1, 2) <> '-.' AND NEW.fee NOT IN ('', '-')) THEN RAISE(ABORT, 'profit_sums.fee has to be a decimal number') WHEN NOT (rtrim(rtrim(rtrim(NEW.proceeds, '0123456789'), '.'), '0123456789') IN ('', '-') AND replace(NEW.proceeds, '..', '') = NEW.proceeds AND rtrim(NEW.proceeds, '.') = NEW.proceeds AND ltrim(NEW.proceeds, '.') = NEW.proceeds AND substr(NEW.proceeds, 1, 2) <> '-.' AND NEW.proceeds NOT IN ('', '-')) THEN RAISE(ABORT, 'profit_sums.proceeds has to be a decimal number') WHEN NOT (rtrim(rtrim(rtrim(NEW.profit, '0123456789'), '.'), '0123456789') IN ('', '-') AND replace(NEW.profit, '..', '') = NEW.profit AND rtrim(NEW.profit, '.') = NEW.profit AND ltrim(NEW.profit, '.') = NEW.profit AND substr(NEW.profit, 1, 2) <> '-.' AND NEW.profit NOT IN ('', '-')) THEN RAISE(ABORT, 'profit_sums.profit has to be a decimal number') WHEN NOT (NEW.span IN ('day', 'month')) THEN RAISE(ABORT, 'profit_sums.span has to be one of day, month') END; END;
CREATE TRIGGER guard_profit_sums_update_70df2f1f BEFORE UPDATE ON profit_sums BEGIN SELECT CASE WHEN NOT (rtrim(rtrim(rtrim(NEW.by_hand, '0123456789'), '.'), '0123456789') IN ('', '-') AND replace(NEW.by_hand, '..', '') = NEW.by_hand AND rtrim(NEW.by_hand, '.') = NEW.by_hand AND ltrim(NEW.by_hand, '.') = NEW.by_hand AND substr(NEW.by_hand, 1, 2) <> '-.' AND NEW.by_hand NOT IN ('', '-')) THEN RAISE(ABORT, 'profit_sums.by_hand has to be a decimal number') WHEN NOT (rtrim(rtrim(rtrim(NEW.cost, '0123456789'), '.'), '0123456789') IN ('', '-') AND replace(NEW.cost, '..', '') = NEW.cost AND rtrim(NEW.cost, '.') = NEW.cost AND ltrim(NEW.cost, '.') = NEW.cost AND substr(NEW.cost, 1, 2) <> '-.' AND NEW.cost NOT IN ('', '-')) THEN RAISE(ABORT, 'profit_sums.cost has to be a decimal number') WHEN NOT (rtrim(rtrim(rtrim(NEW.fee, '0123456789'), '.'), '0123456789') IN ('', '-') AND replace(NEW.fee, '..', '') = NEW.fee AND rtrim(NEW.fee, '.') = NEW.fee AND ltrim(NEW.fee, '.') = NEW.fee AND substr(NEW.fee, 1, 2) <> '-.' AND NEW.fee NOT IN ('', '-')) THEN RAISE(ABORT, 'profit_sums.fee has to be a decimal number') WHEN NOT (rtrim(rtrim(rtrim(NEW.proceeds, '0123456789'), '.'), '0123456789') IN ('', '-') AND replace(NEW.proceeds, '..', '') = NEW.proceeds AND rtrim(NEW.proceeds, '.') = NEW.proceeds AND ltrim(NEW.proceeds, '.') = NEW.proceeds AND substr(NEW.proceeds, 1, 2) <> '-.' AND NEW.proceeds NOT IN ('', '-')) THEN RAISE(ABORT, 'profit_sums.proceeds has to be a decimal number') WHEN NOT (rtrim(rtrim(rtrim(NEW.profit, '0123456789'), '.'), '0123456789') IN ('', '-') AND replace(NEW.profit, '..', '') = NEW.profit AND rtrim(NEW.profit, '.') = NEW.profit AND ltrim(NEW.profit, '.') = NEW.profit AND substr(NEW.profit, 1, 2) <> '-.' AND NEW.profit NOT IN ('', '-')) THEN RAISE(ABORT, 'profit_sums.profit has to be a decimal number') WHEN NOT (NEW.span IN ('day', 'month')) THEN RAISE(ABORT, 'profit_sums.span has to be one of day, month') END; END;
CREATE TRIGGER guard_purchases_insert_607b872d BEFORE INSERT ON purchases BEGIN SELECT CASE WHEN NOT (NEW.at_ms >= 0) THEN RAISE(ABORT, 'purchases.at_ms has to be milliseconds since 1970') WHEN NOT (NEW.sent_ms >= 0) THEN RAISE(ABORT, 'purchases.sent_ms has to be milliseconds since 1970') END; END;
CREATE TRIGGER guard_purchases_update_607b872d BEFORE UPDATE ON purchases BEGIN SELECT CASE WHEN NOT (NEW.at_ms >= 0) THEN RAISE(ABORT, 'purchases.at_ms has to be milliseconds since 1970') WHEN NOT (NEW.sent_ms >= 0) THEN RAISE(ABORT, 'purchases.sent_ms has to be milliseconds since 1970') END; END;
CREATE TRIGGER guard_sell_instructions_insert_96dd67c8 BEFORE INSERT ON sell_instructions BEGIN SELECT CASE WHEN NOT (NEW.at_ms >= 0) THEN RAISE(ABORT, 'sell_instructions.at_ms has to be milliseconds since 1970') WHEN NOT (NEW.ended IN ('WITHDRAWN', 'REPLACED', 'CANCELLED', 'REFUSED')) THEN RAISE(ABORT, 'sell_instructions.ended has to be one of WITHDRAWN, REPLACED, CANCELLED, REFUSED') WHEN NOT (NEW.kind IN ('AT', 'FLOOR', 'MARKET')) THEN RAISE(ABORT, 'sell_instructions.kind has to be one of AT, FLOOR, MARKET') WHEN NOT (rtrim(rtrim(rtrim(NEW.price, '0123456789'), '.'), '0123456789') IN ('', '-') AND replace(NEW.price, '..', '') = NEW.price AND rtrim(NEW.price, '.') = NEW.price AND ltrim(NEW.price, '.') = NEW.price AND substr(NEW.price, 1, 2) <> '-.' AND NEW.price NOT IN ('', '-') AND (substr(NEW.price, 1, 1) <> '-' OR rtrim(NEW.price, '0.') = '-')) THEN RAISE(ABORT, 'sell_instructions.price has to be a decimal number, and not below zero') WHEN NOT (rtrim(rtrim(rtrim(NEW.quantity, '0123456789'), '.'), '0123456789') IN ('', '-') AND replace(NEW.quantity, '..', '') = NEW.quantity AND rtrim(NEW.quantity, '.') = NEW.quantity AND ltrim(NEW.quantity, '.') = NEW.quantity AND substr(NEW.quantity, 1, 2) <> '-.' AND NEW.quantity NOT IN ('', '-') AND (substr(NEW.quantity, 1, 1) <> '-' OR rtrim(NEW.quantity, '0.') = '-')) THEN RAISE(ABORT, 'sell_instructions.quantity has to be a decimal number, and not below zero') WHEN NOT (rtrim(rtrim(rtrim(NEW.sold_before, '0123456789'), '.'), '0123456789') IN ('', '-') AND replace(NEW.sold_before, '..', '') = NEW.sold_before AND rtrim(NEW.sold_before, '.') = NEW.sold_before AND ltrim(NEW.sold_before, '.') = NEW.sold_before AND substr(NEW.sold_before, 1, 2) <> '-.' AND NEW.sold_before NOT IN ('', '-') AND (substr(NEW.sold_before, 1, 1) <> '-' OR rtrim(NEW.sold_before, '0.') = '-')) THEN RAISE(ABORT, 'sell_instructions.sold_before has to be a decimal number, and not below zero') END; END;
CREATE TRIGGER guard_sell_instructions_update_96dd67c8 BEFORE UPDATE ON sell_instructions BEGIN SELECT CASE WHEN NOT (NEW.at_ms >= 0) THEN RAISE(ABORT, 'sell_instructions.at_ms has to be milliseconds since 1970') WHEN NOT (NEW.ended IN ('WITHDRAWN', 'REPLACED', 'CANCELLED', 'REFUSED')) THEN RAISE(ABORT, 'sell_instructions.ended has to be one of WITHDRAWN, REPLACED, CANCELLED, REFUSED') WHEN NOT (NEW.kind IN ('AT', 'FLOOR', 'MARKET')) THEN RAISE(ABORT, 'sell_instructions.kind has to be one of AT, FLOOR, MARKET') WHEN NOT (rtrim(rtrim(rtrim(NEW.price, '0123456789'), '.'), '0123456789') IN ('', '-') AND replace(NEW.price, '..', '') = NEW.price AND rtrim(NEW.price, '.') = NEW.price AND ltrim(NEW.price, '.') = NEW.price AND substr(NEW.price, 1, 2) <> '-.' AND NEW.price NOT IN ('', '-') AND (substr(NEW.price, 1, 1) <> '-' OR rtrim(NEW.price, '0.') = '-')) THEN RAISE(ABORT, 'sell_instructions.price has to be a decimal number, and not below zero') WHEN NOT (rtrim(rtrim(rtrim(NEW.quantity, '0123456789'), '.'), '0123456789') IN ('', '-') AND replace(NEW.quantity, '..', '') = NEW.quantity AND rtrim(NEW.quantity, '.') = NEW.quantity AND ltrim(NEW.quantity, '.') = NEW.quantity AND substr(NEW.quantity, 1, 2) <> '-.' AND NEW.quantity NOT IN ('', '-') AND (substr(NEW.quantity, 1, 1) <> '-' OR rtrim(NEW.quantity, '0.') = '-')) THEN RAISE(ABORT, 'sell_instructions.quantity has to be a decimal number, and not below zero') WHEN NOT (rtrim(rtrim(rtrim(NEW.sold_before, '0123456789'), '.'), '0123456789') IN ('', '-') AND replace(NEW.sold_before, '..', '') = NEW.sold_before AND rtrim(NEW.sold_before, '.') = NEW.sold_before AND ltrim(NEW.sold_before, '.') = NEW.sold_before AND substr(NEW.sold_before, 1, 2) <> '-.' AND NEW.sold_before NOT IN ('', '-') AND (substr(NEW.sold_before, 1, 1) <> '-' OR rtrim(NEW.sold_before, '0.') = '-')) THEN RAISE(ABORT, 'sell_instructions.sold_before has to be a decimal number, and not below zero') END; END;
CREATE TRIGGER guard_decisions_only_added_update_47e1eed9 BEFORE UPDATE ON decisions BEGIN SELECT RAISE(ABORT, 'rows of decisions are only added, never changed or deleted'); END;
CREATE TRIGGER guard_decisions_only_added_delete_47e1eed9 BEFORE DELETE ON decisions BEGIN SELECT RAISE(ABORT, 'rows of decisions are only added, never changed or deleted'); END;
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('lots',8);
