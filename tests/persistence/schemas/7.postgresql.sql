CREATE FUNCTION public.guard_decisions_refuse_a2c207ee() RETURNS trigger
    LANGUAGE plpgsql
    AS $$BEGIN RAISE EXCEPTION 'rows of decisions are only added, never changed or deleted'; END$$;
CREATE TABLE public.buy_orders (
    symbol text NOT NULL,
    order_id bigint NOT NULL,
    client_id text NOT NULL,
    order_type text NOT NULL,
    price text NOT NULL,
    quantity text NOT NULL,
    executed text NOT NULL,
    state text NOT NULL,
    placed_ms bigint NOT NULL,
    updated_ms bigint NOT NULL
);
CREATE TABLE public.carries (
    symbol text NOT NULL,
    source bigint NOT NULL,
    target bigint NOT NULL,
    generation bigint NOT NULL,
    source_lot text NOT NULL,
    target_lot text NOT NULL,
    quantity text NOT NULL,
    cost text NOT NULL,
    time_ms bigint NOT NULL
);
CREATE TABLE public.closed_sums (
    symbol text NOT NULL,
    lots bigint NOT NULL,
    sells_placed bigint NOT NULL,
    sells_filled bigint NOT NULL,
    profit text NOT NULL,
    first_sell_ms bigint,
    held_ms bigint NOT NULL,
    fees_quote text NOT NULL,
    fees text NOT NULL
);
CREATE TABLE public.cost_moves (
    symbol text NOT NULL,
    source bigint NOT NULL,
    target bigint NOT NULL,
    number bigint NOT NULL,
    source_lot text NOT NULL,
    target_lot text NOT NULL,
    cost text NOT NULL,
    time_ms bigint NOT NULL
);
CREATE TABLE public.cursors (
    symbol text NOT NULL,
    last_trade_id bigint NOT NULL,
    at_ms bigint NOT NULL
);
CREATE TABLE public.decisions (
    symbol text NOT NULL,
    at_ms bigint NOT NULL,
    incarnation bigint NOT NULL,
    number bigint NOT NULL,
    kind text NOT NULL,
    cause text NOT NULL,
    lot_id text,
    order_name text NOT NULL,
    facts text NOT NULL,
    who text NOT NULL,
    why text NOT NULL
);
CREATE TABLE public.disposals (
    symbol text NOT NULL,
    buy_order_id bigint NOT NULL,
    way text NOT NULL,
    number bigint NOT NULL,
    lot_id text NOT NULL,
    order_id bigint NOT NULL,
    quantity text NOT NULL,
    cost text NOT NULL,
    proceeds text NOT NULL,
    time_ms bigint NOT NULL
);
CREATE TABLE public.fee_values (
    lot_id text NOT NULL,
    trade_id bigint NOT NULL,
    symbol text NOT NULL,
    asset text NOT NULL,
    price text NOT NULL,
    time_ms bigint NOT NULL,
    value text NOT NULL
);
CREATE TABLE public.fills (
    symbol text NOT NULL,
    trade_id bigint NOT NULL,
    side text NOT NULL,
    lot_id text,
    order_id bigint NOT NULL,
    price text NOT NULL,
    quantity text NOT NULL,
    quote_quantity text NOT NULL,
    commission text NOT NULL,
    commission_asset text NOT NULL,
    time_ms bigint NOT NULL,
    is_maker boolean NOT NULL
);
CREATE TABLE public.lots (
    id integer NOT NULL,
    lot_id text NOT NULL,
    symbol text NOT NULL,
    base text NOT NULL,
    quote text NOT NULL,
    buy_order_id bigint NOT NULL,
    state text NOT NULL,
    hold text,
    reason text NOT NULL,
    break_even_ms bigint,
    buy_ended boolean NOT NULL,
    profit text,
    sells_placed integer,
    sells_filled integer,
    first_sell_ms bigint,
    held_ms bigint,
    fees_quote text,
    fees text,
    rest text,
    opened_ms bigint,
    closed_ms bigint,
    is_counted boolean
);
CREATE SEQUENCE public.lots_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.lots_id_seq OWNED BY public.lots.id;
CREATE TABLE public.orders (
    symbol text NOT NULL,
    buy_order_id bigint NOT NULL,
    generation bigint NOT NULL,
    lot_id text NOT NULL,
    price text NOT NULL,
    quantity text NOT NULL,
    cost text NOT NULL,
    state text NOT NULL,
    sent_ms bigint NOT NULL,
    order_id bigint,
    executed text NOT NULL,
    updated_ms bigint NOT NULL,
    profit text,
    sell_rate text,
    created_ms bigint,
    trail_delta integer,
    stop_price text,
    stop text,
    is_instructed boolean,
    purchase text
);
CREATE TABLE public.profit_entries (
    lot_id text NOT NULL,
    kind text NOT NULL,
    number bigint NOT NULL,
    symbol text NOT NULL,
    quote text NOT NULL,
    order_id bigint NOT NULL,
    time_ms bigint NOT NULL,
    bought_from_ms bigint NOT NULL,
    bought_to_ms bigint NOT NULL,
    quantity text NOT NULL,
    cost text NOT NULL,
    proceeds text NOT NULL,
    fee text NOT NULL,
    fees text NOT NULL
);
CREATE TABLE public.profit_sums (
    span text NOT NULL,
    period text NOT NULL,
    symbol text NOT NULL,
    quote text NOT NULL,
    sales bigint NOT NULL,
    cost text NOT NULL,
    proceeds text NOT NULL,
    fee text NOT NULL,
    profit text NOT NULL,
    by_hand text NOT NULL,
    fees text NOT NULL
);
CREATE TABLE public.purchases (
    client_id text NOT NULL,
    symbol text NOT NULL,
    request text NOT NULL,
    number bigint NOT NULL,
    at_ms bigint NOT NULL,
    sent_ms bigint NOT NULL,
    who text NOT NULL,
    why text NOT NULL
);
CREATE TABLE public.sell_instructions (
    lot_id text NOT NULL,
    number bigint NOT NULL,
    request text NOT NULL,
    kind text NOT NULL,
    quantity text NOT NULL,
    price text NOT NULL,
    is_whole boolean NOT NULL,
    is_below_floor_allowed boolean NOT NULL,
    sold_before text NOT NULL,
    from_generation bigint NOT NULL,
    at_ms bigint NOT NULL,
    who text NOT NULL,
    why text NOT NULL,
    ended text
);
CREATE TABLE public.system_state (
    key text NOT NULL,
    value text NOT NULL
);
CREATE TABLE public.trade_pairs (
    symbol text NOT NULL,
    base text NOT NULL,
    quote text NOT NULL,
    status text NOT NULL,
    terms text NOT NULL
);
ALTER TABLE ONLY public.lots ALTER COLUMN id SET DEFAULT nextval('public.lots_id_seq'::regclass);
INSERT INTO public.buy_orders VALUES ('BTCUSDT', 7, 'web_1', 'LIMIT', '100', '0.5', '0.5', 'FILLED', 1700000000000, 1700000000000);
INSERT INTO public.buy_orders VALUES ('BTCUSDT', 2, '', '', '0', '0.5', '0.5', 'ENDED', 1700000000000, 1700000000000);
INSERT INTO public.buy_orders VALUES ('BTCUSDT', 9, '', '', '0', '0.5', '0.5', 'PARTIALLY_FILLED', 1700000000000, 1700000000000);
INSERT INTO public.buy_orders VALUES ('BTCUSDT', 11, '', '', '0', '0.5', '0.5', 'PARTIALLY_FILLED', 1700000000000, 1700000000000);
INSERT INTO public.buy_orders VALUES ('BTCUSDT', 13, '', '', '0', '0.5', '0.5', 'PARTIALLY_FILLED', 1700000000000, 1700000000000);
INSERT INTO public.buy_orders VALUES ('BTCUSDT', 15, '', '', '0', '0.5', '0.5', 'PARTIALLY_FILLED', 1700000000000, 1700000000000);
INSERT INTO public.buy_orders VALUES ('BTCUSDT', 17, '', '', '0', '0.5', '0.5', 'PARTIALLY_FILLED', 1700000000000, 1700000000000);
INSERT INTO public.buy_orders VALUES ('BTCUSDT', 19, '', '', '0', '0.5', '0.5', 'PARTIALLY_FILLED', 1700000000000, 1700000000000);
INSERT INTO public.cost_moves VALUES ('BTCUSDT', 19, 17, 1, 'BTCUSDT-19', 'BTCUSDT-17', '100', 1700000000500);
INSERT INTO public.cursors VALUES ('BTCUSDT', 21, 1000);
INSERT INTO public.decisions VALUES ('BTCUSDT', 1700000000000, 1, 1, 'SELL_PLACED', 'TARGET', 'BTCUSDT-7', 'lk1-7-1', '{"price": "70000.10", "quantity": "0.4995"}', 'lotkeeper', '');
INSERT INTO public.decisions VALUES ('BTCUSDT', 1700000000000, 1, 2, 'PAIR_PAUSED', 'OPERATOR', NULL, '', '{}', 'alice', 'it''s a holiday');
INSERT INTO public.disposals VALUES ('BTCUSDT', 9, 'SOLD_BY_HAND', 501, 'BTCUSDT-9', 90, '0.1', '6000', '6100.5', 1000);
INSERT INTO public.fills VALUES ('BTCUSDT', 70, 'BUY', 'BTCUSDT-7', 7, '64000.10', '0.5', '32000.05', '0.0005', 'BTC', 1700000000000, false);
INSERT INTO public.fills VALUES ('BTCUSDT', 20, 'BUY', 'BTCUSDT-2', 2, '64000.10', '0.5', '32000.05', '0.0005', 'BTC', 1700000000000, false);
INSERT INTO public.fills VALUES ('BTCUSDT', 21, 'SELL', 'BTCUSDT-2', 3, '70000', '0.4995', '34965', '34.965', 'USDT', 1700000000000, false);
INSERT INTO public.fills VALUES ('BTCUSDT', 90, 'BUY', 'BTCUSDT-9', 9, '64000.10', '0.5', '32000.05', '0.0005', 'BTC', 1700000000000, false);
INSERT INTO public.fills VALUES ('BTCUSDT', 110, 'BUY', 'BTCUSDT-11', 11, '64000.10', '0.5', '32000.05', '0.0005', 'BTC', 1700000000000, false);
INSERT INTO public.fills VALUES ('BTCUSDT', 130, 'BUY', 'BTCUSDT-13', 13, '64000.10', '0.5', '32000.05', '0.0005', 'BTC', 1700000000000, false);
INSERT INTO public.fills VALUES ('BTCUSDT', 150, 'BUY', 'BTCUSDT-15', 15, '64000.10', '0.5', '32000.05', '0.0005', 'BTC', 1700000000000, false);
INSERT INTO public.fills VALUES ('BTCUSDT', 170, 'BUY', 'BTCUSDT-17', 17, '64000.10', '0.5', '32000.05', '0.0005', 'BTC', 1700000000000, false);
INSERT INTO public.fills VALUES ('BTCUSDT', 190, 'BUY', 'BTCUSDT-19', 19, '64000.10', '0.5', '32000.05', '0.0005', 'BTC', 1700000000000, false);
INSERT INTO public.lots VALUES (1, 'BTCUSDT-7', 'BTCUSDT', 'BTC', 'USDT', 7, 'SELLING', NULL, '', NULL, false, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 1700000000000, NULL, true);
INSERT INTO public.lots VALUES (3, 'BTCUSDT-9', 'BTCUSDT', 'BTC', 'USDT', 9, 'SELLING', NULL, '', NULL, false, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 1700000000000, NULL, true);
INSERT INTO public.lots VALUES (4, 'BTCUSDT-11', 'BTCUSDT', 'BTC', 'USDT', 11, 'HELD', 'CANCELLED_BY_HAND', 'cancelled by hand', NULL, false, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 1700000000000, NULL, true);
INSERT INTO public.lots VALUES (5, 'BTCUSDT-13', 'BTCUSDT', 'BTC', 'USDT', 13, 'SELLING', NULL, '', NULL, false, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 1700000000000, NULL, true);
INSERT INTO public.lots VALUES (6, 'BTCUSDT-15', 'BTCUSDT', 'BTC', 'USDT', 15, 'SELLING', NULL, '', NULL, false, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 1700000000000, NULL, true);
INSERT INTO public.lots VALUES (7, 'BTCUSDT-17', 'BTCUSDT', 'BTC', 'USDT', 17, 'SELLING', NULL, '', 1700000000400, false, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 1700000000000, NULL, true);
INSERT INTO public.lots VALUES (8, 'BTCUSDT-19', 'BTCUSDT', 'BTC', 'USDT', 19, 'SELLING', NULL, '', NULL, false, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 1700000000000, NULL, true);
INSERT INTO public.lots VALUES (2, 'BTCUSDT-2', 'BTCUSDT', 'BTC', 'USDT', 2, 'CLOSED', NULL, '', NULL, true, '2929.985', 1, 1, 1000, 0, '66.965050', '{"BTC": "0.0005", "USDT": "34.965"}', '0', 1700000000000, 1700000000000, true);
INSERT INTO public.orders VALUES ('BTCUSDT', 7, 1, 'BTCUSDT-7', '70000', '0.4995', '32000.05', 'OPEN', 1000, 8, '0', 1001, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.orders VALUES ('BTCUSDT', 2, 1, 'BTCUSDT-2', '70000', '0.4995', '32000.05', 'FILLED', 1000, 3, '0.4995', 1001, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.orders VALUES ('BTCUSDT', 9, 1, 'BTCUSDT-9', '70000', '0.4995', '32000.05', 'OPEN', 1000, 8, '0', 1001, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.orders VALUES ('BTCUSDT', 11, 1, 'BTCUSDT-11', '70000', '0.4995', '32000.05', 'OPEN', 1000, 8, '0', 1001, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.orders VALUES ('BTCUSDT', 13, 1, 'BTCUSDT-13', '70000', '0.4995', '32000.05', 'OPEN', 1000, 8, '0', 1001, NULL, NULL, NULL, 150, '70000.10', NULL, NULL, NULL);
INSERT INTO public.orders VALUES ('BTCUSDT', 15, 1, 'BTCUSDT-15', '70000', '0.4995', '32000.05', 'OPEN', 1000, 8, '0', 1001, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.orders VALUES ('BTCUSDT', 17, 1, 'BTCUSDT-17', '70000', '0.4995', '32000.05', 'OPEN', 1000, 8, '0', 1001, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.orders VALUES ('BTCUSDT', 19, 1, 'BTCUSDT-19', '70000', '0.4995', '32000.05', 'OPEN', 1000, 8, '0', 1001, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.profit_entries VALUES ('BTCUSDT-7', 'BUY', 19675, 'BTCUSDT', 'USDT', 7, 1700000000000, 1700000000000, 1700000000000, '0', '0', '0', '0', '{"BTC": "0.0005"}');
INSERT INTO public.profit_entries VALUES ('BTCUSDT-2', 'BUY', 19675, 'BTCUSDT', 'USDT', 2, 1700000000000, 1700000000000, 1700000000000, '0', '0', '0', '0', '{"BTC": "0.0005"}');
INSERT INTO public.profit_entries VALUES ('BTCUSDT-2', 'SALE', 21, 'BTCUSDT', 'USDT', 3, 1700000000000, 1700000000000, 1700000000000, '0.4995', '32000.05', '34965', '34.965', '{"USDT": "34.965"}');
INSERT INTO public.profit_entries VALUES ('BTCUSDT-9', 'BUY', 19675, 'BTCUSDT', 'USDT', 9, 1700000000000, 1700000000000, 1700000000000, '0', '0', '0', '0', '{"BTC": "0.0005"}');
INSERT INTO public.profit_entries VALUES ('BTCUSDT-9', 'MANUAL_SALE', 501, 'BTCUSDT', 'USDT', 90, 1000, 1700000000000, 1700000000000, '0.1', '6000', '6100.5', '0', '{}');
INSERT INTO public.profit_entries VALUES ('BTCUSDT-11', 'BUY', 19675, 'BTCUSDT', 'USDT', 11, 1700000000000, 1700000000000, 1700000000000, '0', '0', '0', '0', '{"BTC": "0.0005"}');
INSERT INTO public.profit_entries VALUES ('BTCUSDT-13', 'BUY', 19675, 'BTCUSDT', 'USDT', 13, 1700000000000, 1700000000000, 1700000000000, '0', '0', '0', '0', '{"BTC": "0.0005"}');
INSERT INTO public.profit_entries VALUES ('BTCUSDT-15', 'BUY', 19675, 'BTCUSDT', 'USDT', 15, 1700000000000, 1700000000000, 1700000000000, '0', '0', '0', '0', '{"BTC": "0.0005"}');
INSERT INTO public.profit_entries VALUES ('BTCUSDT-17', 'BUY', 19675, 'BTCUSDT', 'USDT', 17, 1700000000000, 1700000000000, 1700000000000, '0', '0', '0', '0', '{"BTC": "0.0005"}');
INSERT INTO public.profit_entries VALUES ('BTCUSDT-19', 'BUY', 19675, 'BTCUSDT', 'USDT', 19, 1700000000000, 1700000000000, 1700000000000, '0', '0', '0', '0', '{"BTC": "0.0005"}');
INSERT INTO public.profit_sums VALUES ('day', '2023-11-14', 'BTCUSDT', 'USDT', 1, '32000.05', '34965', '34.965', '2929.985', '0', '{"BTC": "0.0040", "USDT": "34.965"}');
INSERT INTO public.profit_sums VALUES ('month', '2023-11', 'BTCUSDT', 'USDT', 1, '32000.05', '34965', '34.965', '2929.985', '0', '{"BTC": "0.0040", "USDT": "34.965"}');
INSERT INTO public.profit_sums VALUES ('day', '1970-01-01', 'BTCUSDT', 'USDT', 1, '6000', '6100.5', '0', '100.5', '100.5', '{}');
INSERT INTO public.profit_sums VALUES ('month', '1970-01', 'BTCUSDT', 'USDT', 1, '6000', '6100.5', '0', '100.5', '100.5', '{}');
INSERT INTO public.purchases VALUES ('lkb-f6j-2537xcyyze-1', 'BTCUSDT', 'for 50 MARKET', 1, 1700000000000, 1700000000000, 'alice', 'monthly');
INSERT INTO public.sell_instructions VALUES ('BTCUSDT-15', 1, 'at 70000', 'AT', '0.4995', '70000', true, false, '0', 1, 1000, 'alice', 'enough', NULL);
INSERT INTO public.system_state VALUES ('paused:BTCUSDT', 'yes');
INSERT INTO public.system_state VALUES ('schema.version', '7');
SELECT pg_catalog.setval('public.lots_id_seq', 8, true);
ALTER TABLE ONLY public.buy_orders
    ADD CONSTRAINT buy_orders_pkey PRIMARY KEY (symbol, order_id);
ALTER TABLE ONLY public.carries
    ADD CONSTRAINT carries_pkey PRIMARY KEY (symbol, source, target, generation);
ALTER TABLE ONLY public.closed_sums
    ADD CONSTRAINT closed_sums_pkey PRIMARY KEY (symbol);
ALTER TABLE ONLY public.cost_moves
    ADD CONSTRAINT cost_moves_pkey PRIMARY KEY (symbol, source, target, number);
ALTER TABLE ONLY public.cursors
    ADD CONSTRAINT cursors_pkey PRIMARY KEY (symbol);
ALTER TABLE ONLY public.decisions
    ADD CONSTRAINT decisions_pkey PRIMARY KEY (symbol, at_ms, incarnation, number);
ALTER TABLE ONLY public.disposals
    ADD CONSTRAINT disposals_pkey PRIMARY KEY (symbol, buy_order_id, way, number);
ALTER TABLE ONLY public.fee_values
    ADD CONSTRAINT fee_values_pkey PRIMARY KEY (lot_id, trade_id);
ALTER TABLE ONLY public.fills
    ADD CONSTRAINT fills_pkey PRIMARY KEY (symbol, trade_id, side);
ALTER TABLE public.buy_orders
    ADD CONSTRAINT guard_buy_orders_executed_806343b0 CHECK (((rtrim(rtrim(rtrim(executed, '0123456789'::text), '.'::text), '0123456789'::text) = ANY (ARRAY[''::text, '-'::text])) AND (replace(executed, '..'::text, ''::text) = executed) AND (rtrim(executed, '.'::text) = executed) AND (ltrim(executed, '.'::text) = executed) AND (substr(executed, 1, 2) <> '-.'::text) AND (executed <> ALL (ARRAY[''::text, '-'::text])) AND ((substr(executed, 1, 1) <> '-'::text) OR (rtrim(executed, '0.'::text) = '-'::text)))) NOT VALID;
ALTER TABLE public.buy_orders
    ADD CONSTRAINT guard_buy_orders_placed_ms_d00a2d35 CHECK ((placed_ms >= 0)) NOT VALID;
ALTER TABLE public.buy_orders
    ADD CONSTRAINT guard_buy_orders_price_284f27ac CHECK (((rtrim(rtrim(rtrim(price, '0123456789'::text), '.'::text), '0123456789'::text) = ANY (ARRAY[''::text, '-'::text])) AND (replace(price, '..'::text, ''::text) = price) AND (rtrim(price, '.'::text) = price) AND (ltrim(price, '.'::text) = price) AND (substr(price, 1, 2) <> '-.'::text) AND (price <> ALL (ARRAY[''::text, '-'::text])) AND ((substr(price, 1, 1) <> '-'::text) OR (rtrim(price, '0.'::text) = '-'::text)))) NOT VALID;
ALTER TABLE public.buy_orders
    ADD CONSTRAINT guard_buy_orders_quantity_032e0997 CHECK (((rtrim(rtrim(rtrim(quantity, '0123456789'::text), '.'::text), '0123456789'::text) = ANY (ARRAY[''::text, '-'::text])) AND (replace(quantity, '..'::text, ''::text) = quantity) AND (rtrim(quantity, '.'::text) = quantity) AND (ltrim(quantity, '.'::text) = quantity) AND (substr(quantity, 1, 2) <> '-.'::text) AND (quantity <> ALL (ARRAY[''::text, '-'::text])) AND ((substr(quantity, 1, 1) <> '-'::text) OR (rtrim(quantity, '0.'::text) = '-'::text)))) NOT VALID;
ALTER TABLE public.buy_orders
    ADD CONSTRAINT guard_buy_orders_updated_ms_b6298de4 CHECK ((updated_ms >= 0)) NOT VALID;
ALTER TABLE public.carries
    ADD CONSTRAINT guard_carries_cost_06eeac64 CHECK (((rtrim(rtrim(rtrim(cost, '0123456789'::text), '.'::text), '0123456789'::text) = ANY (ARRAY[''::text, '-'::text])) AND (replace(cost, '..'::text, ''::text) = cost) AND (rtrim(cost, '.'::text) = cost) AND (ltrim(cost, '.'::text) = cost) AND (substr(cost, 1, 2) <> '-.'::text) AND (cost <> ALL (ARRAY[''::text, '-'::text])))) NOT VALID;
ALTER TABLE public.carries
    ADD CONSTRAINT guard_carries_quantity_032e0997 CHECK (((rtrim(rtrim(rtrim(quantity, '0123456789'::text), '.'::text), '0123456789'::text) = ANY (ARRAY[''::text, '-'::text])) AND (replace(quantity, '..'::text, ''::text) = quantity) AND (rtrim(quantity, '.'::text) = quantity) AND (ltrim(quantity, '.'::text) = quantity) AND (substr(quantity, 1, 2) <> '-.'::text) AND (quantity <> ALL (ARRAY[''::text, '-'::text])) AND ((substr(quantity, 1, 1) <> '-'::text) OR (rtrim(quantity, '0.'::text) = '-'::text)))) NOT VALID;
ALTER TABLE public.carries
    ADD CONSTRAINT guard_carries_time_ms_dacb8d20 CHECK ((time_ms >= 0)) NOT VALID;
ALTER TABLE public.closed_sums
    ADD CONSTRAINT guard_closed_sums_fees_quote_71ce0e2a CHECK (((rtrim(rtrim(rtrim(fees_quote, '0123456789'::text), '.'::text), '0123456789'::text) = ANY (ARRAY[''::text, '-'::text])) AND (replace(fees_quote, '..'::text, ''::text) = fees_quote) AND (rtrim(fees_quote, '.'::text) = fees_quote) AND (ltrim(fees_quote, '.'::text) = fees_quote) AND (substr(fees_quote, 1, 2) <> '-.'::text) AND (fees_quote <> ALL (ARRAY[''::text, '-'::text])))) NOT VALID;
ALTER TABLE public.closed_sums
    ADD CONSTRAINT guard_closed_sums_profit_17a73523 CHECK (((rtrim(rtrim(rtrim(profit, '0123456789'::text), '.'::text), '0123456789'::text) = ANY (ARRAY[''::text, '-'::text])) AND (replace(profit, '..'::text, ''::text) = profit) AND (rtrim(profit, '.'::text) = profit) AND (ltrim(profit, '.'::text) = profit) AND (substr(profit, 1, 2) <> '-.'::text) AND (profit <> ALL (ARRAY[''::text, '-'::text])))) NOT VALID;
ALTER TABLE public.cost_moves
    ADD CONSTRAINT guard_cost_moves_cost_06eeac64 CHECK (((rtrim(rtrim(rtrim(cost, '0123456789'::text), '.'::text), '0123456789'::text) = ANY (ARRAY[''::text, '-'::text])) AND (replace(cost, '..'::text, ''::text) = cost) AND (rtrim(cost, '.'::text) = cost) AND (ltrim(cost, '.'::text) = cost) AND (substr(cost, 1, 2) <> '-.'::text) AND (cost <> ALL (ARRAY[''::text, '-'::text])))) NOT VALID;
ALTER TABLE public.cost_moves
    ADD CONSTRAINT guard_cost_moves_time_ms_dacb8d20 CHECK ((time_ms >= 0)) NOT VALID;
ALTER TABLE public.cursors
    ADD CONSTRAINT guard_cursors_at_ms_6ed466f5 CHECK ((at_ms >= 0)) NOT VALID;
ALTER TABLE public.decisions
    ADD CONSTRAINT guard_decisions_at_ms_6ed466f5 CHECK ((at_ms >= 0)) NOT VALID;
ALTER TABLE public.decisions
    ADD CONSTRAINT guard_decisions_cause_9f95e743 CHECK ((cause = ANY (ARRAY['TARGET'::text, 'LADDER'::text, 'AGE'::text, 'GROUP'::text, 'TRAILING'::text, 'STOP_LOSS'::text, 'BREAK_EVEN'::text, 'INSTRUCTION'::text, 'NEVER_ARRIVED'::text, 'NEVER_SENT'::text, 'PROFIT_SHARED'::text, 'NEW_PRICE'::text, 'NEW_STOP'::text, 'ORDER_SLOT'::text, 'TRAIL_SLOT'::text, 'TOGETHER'::text, 'LOT_FINISHED'::text, 'TOO_SMALL'::text, 'PRICE'::text, 'NOT_TRADING'::text, 'NO_BALANCE'::text, 'RESTRICTED'::text, 'REFUSED'::text, 'OBSTACLE'::text, 'TURN'::text, 'SOLD'::text, 'NOTHING_LEFT'::text, 'RELEASING'::text, 'CANCELLED_BY_HAND'::text, 'AMENDED_BY_HAND'::text, 'ORDER_LIST'::text, 'PERHAPS_SOLD'::text, 'READING'::text, 'READING_CANCELLED'::text, 'READING_AMENDED'::text, 'READING_PERHAPS_SOLD'::text, 'HOLD_ENDED'::text, 'OPERATOR'::text, 'SOLD_BY_HAND'::text, 'PAUSE_OVER'::text, 'POLICY'::text, 'FAULT'::text, 'STREAM_LOST'::text, 'STREAM_PROVEN'::text, 'NOT_PROVEN'::text, 'DATABASE_AWAY'::text]))) NOT VALID;
ALTER TABLE public.decisions
    ADD CONSTRAINT guard_decisions_kind_ddbbaa6d CHECK ((kind = ANY (ARRAY['SELL_PLACED'::text, 'SELL_SENT_AGAIN'::text, 'SELL_CANCELLED'::text, 'EXIT_ARMED'::text, 'EXIT_FIRED'::text, 'LOT_HELD'::text, 'LOT_FREED'::text, 'LOT_PARKED'::text, 'LOT_QUEUED'::text, 'LOT_CLOSED'::text, 'LOT_RELEASED'::text, 'COINS_ADOPTED'::text, 'COINS_DISMISSED'::text, 'COINS_KEPT'::text, 'DUST_MOVED'::text, 'COST_MOVED'::text, 'MANUAL_SALE_TAKEN'::text, 'SALE_BEGUN'::text, 'SALE_WITHDRAWN'::text, 'SALE_GIVEN_UP'::text, 'BUY_SENT'::text, 'BUY_CANCELLED'::text, 'ORDER_SETTLED'::text, 'PAIR_PAUSED'::text, 'PAIR_RESUMED'::text, 'KILL_SWITCH_ON'::text, 'KILL_SWITCH_OFF'::text, 'SETTINGS_CHANGED'::text, 'TRADES_POLLED'::text, 'TRADES_STREAMED'::text, 'PAIR_WATCHED'::text, 'MESSAGE_QUARANTINED'::text, 'FEES_BOUGHT'::text, 'NOTES_LOST'::text]))) NOT VALID;
ALTER TABLE public.disposals
    ADD CONSTRAINT guard_disposals_cost_06eeac64 CHECK (((rtrim(rtrim(rtrim(cost, '0123456789'::text), '.'::text), '0123456789'::text) = ANY (ARRAY[''::text, '-'::text])) AND (replace(cost, '..'::text, ''::text) = cost) AND (rtrim(cost, '.'::text) = cost) AND (ltrim(cost, '.'::text) = cost) AND (substr(cost, 1, 2) <> '-.'::text) AND (cost <> ALL (ARRAY[''::text, '-'::text])))) NOT VALID;
ALTER TABLE public.disposals
    ADD CONSTRAINT guard_disposals_proceeds_64586335 CHECK (((rtrim(rtrim(rtrim(proceeds, '0123456789'::text), '.'::text), '0123456789'::text) = ANY (ARRAY[''::text, '-'::text])) AND (replace(proceeds, '..'::text, ''::text) = proceeds) AND (rtrim(proceeds, '.'::text) = proceeds) AND (ltrim(proceeds, '.'::text) = proceeds) AND (substr(proceeds, 1, 2) <> '-.'::text) AND (proceeds <> ALL (ARRAY[''::text, '-'::text])))) NOT VALID;
ALTER TABLE public.disposals
    ADD CONSTRAINT guard_disposals_quantity_032e0997 CHECK (((rtrim(rtrim(rtrim(quantity, '0123456789'::text), '.'::text), '0123456789'::text) = ANY (ARRAY[''::text, '-'::text])) AND (replace(quantity, '..'::text, ''::text) = quantity) AND (rtrim(quantity, '.'::text) = quantity) AND (ltrim(quantity, '.'::text) = quantity) AND (substr(quantity, 1, 2) <> '-.'::text) AND (quantity <> ALL (ARRAY[''::text, '-'::text])) AND ((substr(quantity, 1, 1) <> '-'::text) OR (rtrim(quantity, '0.'::text) = '-'::text)))) NOT VALID;
ALTER TABLE public.disposals
    ADD CONSTRAINT guard_disposals_time_ms_dacb8d20 CHECK ((time_ms >= 0)) NOT VALID;
ALTER TABLE public.disposals
    ADD CONSTRAINT guard_disposals_way_70af67c2 CHECK ((way = ANY (ARRAY['SOLD_BY_HAND'::text, 'RELEASED'::text, 'KEPT'::text, 'LEFT'::text]))) NOT VALID;
ALTER TABLE public.fee_values
    ADD CONSTRAINT guard_fee_values_price_284f27ac CHECK (((rtrim(rtrim(rtrim(price, '0123456789'::text), '.'::text), '0123456789'::text) = ANY (ARRAY[''::text, '-'::text])) AND (replace(price, '..'::text, ''::text) = price) AND (rtrim(price, '.'::text) = price) AND (ltrim(price, '.'::text) = price) AND (substr(price, 1, 2) <> '-.'::text) AND (price <> ALL (ARRAY[''::text, '-'::text])) AND ((substr(price, 1, 1) <> '-'::text) OR (rtrim(price, '0.'::text) = '-'::text)))) NOT VALID;
ALTER TABLE public.fee_values
    ADD CONSTRAINT guard_fee_values_time_ms_dacb8d20 CHECK ((time_ms >= 0)) NOT VALID;
ALTER TABLE public.fee_values
    ADD CONSTRAINT guard_fee_values_value_7efa691b CHECK (((rtrim(rtrim(rtrim(value, '0123456789'::text), '.'::text), '0123456789'::text) = ANY (ARRAY[''::text, '-'::text])) AND (replace(value, '..'::text, ''::text) = value) AND (rtrim(value, '.'::text) = value) AND (ltrim(value, '.'::text) = value) AND (substr(value, 1, 2) <> '-.'::text) AND (value <> ALL (ARRAY[''::text, '-'::text])))) NOT VALID;
ALTER TABLE public.fills
    ADD CONSTRAINT guard_fills_commission_57e83c12 CHECK (((rtrim(rtrim(rtrim(commission, '0123456789'::text), '.'::text), '0123456789'::text) = ANY (ARRAY[''::text, '-'::text])) AND (replace(commission, '..'::text, ''::text) = commission) AND (rtrim(commission, '.'::text) = commission) AND (ltrim(commission, '.'::text) = commission) AND (substr(commission, 1, 2) <> '-.'::text) AND (commission <> ALL (ARRAY[''::text, '-'::text])))) NOT VALID;
ALTER TABLE public.fills
    ADD CONSTRAINT guard_fills_price_284f27ac CHECK (((rtrim(rtrim(rtrim(price, '0123456789'::text), '.'::text), '0123456789'::text) = ANY (ARRAY[''::text, '-'::text])) AND (replace(price, '..'::text, ''::text) = price) AND (rtrim(price, '.'::text) = price) AND (ltrim(price, '.'::text) = price) AND (substr(price, 1, 2) <> '-.'::text) AND (price <> ALL (ARRAY[''::text, '-'::text])) AND ((substr(price, 1, 1) <> '-'::text) OR (rtrim(price, '0.'::text) = '-'::text)))) NOT VALID;
ALTER TABLE public.fills
    ADD CONSTRAINT guard_fills_quantity_032e0997 CHECK (((rtrim(rtrim(rtrim(quantity, '0123456789'::text), '.'::text), '0123456789'::text) = ANY (ARRAY[''::text, '-'::text])) AND (replace(quantity, '..'::text, ''::text) = quantity) AND (rtrim(quantity, '.'::text) = quantity) AND (ltrim(quantity, '.'::text) = quantity) AND (substr(quantity, 1, 2) <> '-.'::text) AND (quantity <> ALL (ARRAY[''::text, '-'::text])) AND ((substr(quantity, 1, 1) <> '-'::text) OR (rtrim(quantity, '0.'::text) = '-'::text)))) NOT VALID;
ALTER TABLE public.fills
    ADD CONSTRAINT guard_fills_quote_quantity_554a8234 CHECK (((rtrim(rtrim(rtrim(quote_quantity, '0123456789'::text), '.'::text), '0123456789'::text) = ANY (ARRAY[''::text, '-'::text])) AND (replace(quote_quantity, '..'::text, ''::text) = quote_quantity) AND (rtrim(quote_quantity, '.'::text) = quote_quantity) AND (ltrim(quote_quantity, '.'::text) = quote_quantity) AND (substr(quote_quantity, 1, 2) <> '-.'::text) AND (quote_quantity <> ALL (ARRAY[''::text, '-'::text])) AND ((substr(quote_quantity, 1, 1) <> '-'::text) OR (rtrim(quote_quantity, '0.'::text) = '-'::text)))) NOT VALID;
ALTER TABLE public.fills
    ADD CONSTRAINT guard_fills_side_903db423 CHECK ((side = ANY (ARRAY['BUY'::text, 'SELL'::text]))) NOT VALID;
ALTER TABLE public.fills
    ADD CONSTRAINT guard_fills_time_ms_dacb8d20 CHECK ((time_ms >= 0)) NOT VALID;
ALTER TABLE public.lots
    ADD CONSTRAINT guard_lots_break_even_ms_93ab04dd CHECK ((break_even_ms >= 0)) NOT VALID;
ALTER TABLE public.lots
    ADD CONSTRAINT guard_lots_closed_ms_d488c311 CHECK ((closed_ms >= 0)) NOT VALID;
ALTER TABLE public.lots
    ADD CONSTRAINT guard_lots_fees_quote_71ce0e2a CHECK (((rtrim(rtrim(rtrim(fees_quote, '0123456789'::text), '.'::text), '0123456789'::text) = ANY (ARRAY[''::text, '-'::text])) AND (replace(fees_quote, '..'::text, ''::text) = fees_quote) AND (rtrim(fees_quote, '.'::text) = fees_quote) AND (ltrim(fees_quote, '.'::text) = fees_quote) AND (substr(fees_quote, 1, 2) <> '-.'::text) AND (fees_quote <> ALL (ARRAY[''::text, '-'::text])))) NOT VALID;
ALTER TABLE public.lots
    ADD CONSTRAINT guard_lots_hold_60c1d401 CHECK ((hold = ANY (ARRAY['RELEASING'::text, 'CANCELLED_BY_HAND'::text, 'AMENDED_BY_HAND'::text, 'ORDER_LIST'::text, 'PERHAPS_SOLD'::text, 'READING'::text, 'READING_CANCELLED'::text, 'READING_AMENDED'::text, 'READING_PERHAPS_SOLD'::text]))) NOT VALID;
ALTER TABLE public.lots
    ADD CONSTRAINT guard_lots_opened_ms_90fbacb5 CHECK ((opened_ms >= 0)) NOT VALID;
ALTER TABLE public.lots
    ADD CONSTRAINT guard_lots_profit_17a73523 CHECK (((rtrim(rtrim(rtrim(profit, '0123456789'::text), '.'::text), '0123456789'::text) = ANY (ARRAY[''::text, '-'::text])) AND (replace(profit, '..'::text, ''::text) = profit) AND (rtrim(profit, '.'::text) = profit) AND (ltrim(profit, '.'::text) = profit) AND (substr(profit, 1, 2) <> '-.'::text) AND (profit <> ALL (ARRAY[''::text, '-'::text])))) NOT VALID;
ALTER TABLE public.lots
    ADD CONSTRAINT guard_lots_rest_2a9895b5 CHECK (((rtrim(rtrim(rtrim(rest, '0123456789'::text), '.'::text), '0123456789'::text) = ANY (ARRAY[''::text, '-'::text])) AND (replace(rest, '..'::text, ''::text) = rest) AND (rtrim(rest, '.'::text) = rest) AND (ltrim(rest, '.'::text) = rest) AND (substr(rest, 1, 2) <> '-.'::text) AND (rest <> ALL (ARRAY[''::text, '-'::text])))) NOT VALID;
ALTER TABLE public.lots
    ADD CONSTRAINT guard_lots_state_00d33a3b CHECK ((state = ANY (ARRAY['OPEN'::text, 'SELLING'::text, 'PARKED'::text, 'QUEUED'::text, 'HELD'::text, 'CLOSED'::text]))) NOT VALID;
ALTER TABLE public.orders
    ADD CONSTRAINT guard_orders_cost_06eeac64 CHECK (((rtrim(rtrim(rtrim(cost, '0123456789'::text), '.'::text), '0123456789'::text) = ANY (ARRAY[''::text, '-'::text])) AND (replace(cost, '..'::text, ''::text) = cost) AND (rtrim(cost, '.'::text) = cost) AND (ltrim(cost, '.'::text) = cost) AND (substr(cost, 1, 2) <> '-.'::text) AND (cost <> ALL (ARRAY[''::text, '-'::text])))) NOT VALID;
ALTER TABLE public.orders
    ADD CONSTRAINT guard_orders_created_ms_873a9b55 CHECK ((created_ms >= 0)) NOT VALID;
ALTER TABLE public.orders
    ADD CONSTRAINT guard_orders_executed_806343b0 CHECK (((rtrim(rtrim(rtrim(executed, '0123456789'::text), '.'::text), '0123456789'::text) = ANY (ARRAY[''::text, '-'::text])) AND (replace(executed, '..'::text, ''::text) = executed) AND (rtrim(executed, '.'::text) = executed) AND (ltrim(executed, '.'::text) = executed) AND (substr(executed, 1, 2) <> '-.'::text) AND (executed <> ALL (ARRAY[''::text, '-'::text])) AND ((substr(executed, 1, 1) <> '-'::text) OR (rtrim(executed, '0.'::text) = '-'::text)))) NOT VALID;
ALTER TABLE public.orders
    ADD CONSTRAINT guard_orders_price_284f27ac CHECK (((rtrim(rtrim(rtrim(price, '0123456789'::text), '.'::text), '0123456789'::text) = ANY (ARRAY[''::text, '-'::text])) AND (replace(price, '..'::text, ''::text) = price) AND (rtrim(price, '.'::text) = price) AND (ltrim(price, '.'::text) = price) AND (substr(price, 1, 2) <> '-.'::text) AND (price <> ALL (ARRAY[''::text, '-'::text])) AND ((substr(price, 1, 1) <> '-'::text) OR (rtrim(price, '0.'::text) = '-'::text)))) NOT VALID;
ALTER TABLE public.orders
    ADD CONSTRAINT guard_orders_profit_17a73523 CHECK (((rtrim(rtrim(rtrim(profit, '0123456789'::text), '.'::text), '0123456789'::text) = ANY (ARRAY[''::text, '-'::text])) AND (replace(profit, '..'::text, ''::text) = profit) AND (rtrim(profit, '.'::text) = profit) AND (ltrim(profit, '.'::text) = profit) AND (substr(profit, 1, 2) <> '-.'::text) AND (profit <> ALL (ARRAY[''::text, '-'::text])))) NOT VALID;
ALTER TABLE public.orders
    ADD CONSTRAINT guard_orders_quantity_032e0997 CHECK (((rtrim(rtrim(rtrim(quantity, '0123456789'::text), '.'::text), '0123456789'::text) = ANY (ARRAY[''::text, '-'::text])) AND (replace(quantity, '..'::text, ''::text) = quantity) AND (rtrim(quantity, '.'::text) = quantity) AND (ltrim(quantity, '.'::text) = quantity) AND (substr(quantity, 1, 2) <> '-.'::text) AND (quantity <> ALL (ARRAY[''::text, '-'::text])) AND ((substr(quantity, 1, 1) <> '-'::text) OR (rtrim(quantity, '0.'::text) = '-'::text)))) NOT VALID;
ALTER TABLE public.orders
    ADD CONSTRAINT guard_orders_sell_rate_2e2ded08 CHECK (((rtrim(rtrim(rtrim(sell_rate, '0123456789'::text), '.'::text), '0123456789'::text) = ANY (ARRAY[''::text, '-'::text])) AND (replace(sell_rate, '..'::text, ''::text) = sell_rate) AND (rtrim(sell_rate, '.'::text) = sell_rate) AND (ltrim(sell_rate, '.'::text) = sell_rate) AND (substr(sell_rate, 1, 2) <> '-.'::text) AND (sell_rate <> ALL (ARRAY[''::text, '-'::text])) AND ((substr(sell_rate, 1, 1) <> '-'::text) OR (rtrim(sell_rate, '0.'::text) = '-'::text)))) NOT VALID;
ALTER TABLE public.orders
    ADD CONSTRAINT guard_orders_sent_ms_a0f5394a CHECK ((sent_ms >= 0)) NOT VALID;
ALTER TABLE public.orders
    ADD CONSTRAINT guard_orders_state_16413410 CHECK ((state = ANY (ARRAY['PLACING'::text, 'UNKNOWN'::text, 'OPEN'::text, 'PARTIALLY_FILLED'::text, 'CANCELING'::text, 'FILLED'::text, 'CANCELED'::text, 'EXPIRED'::text, 'REFUSED'::text, 'NOT_SENT'::text]))) NOT VALID;
ALTER TABLE public.orders
    ADD CONSTRAINT guard_orders_stop_price_6453bca7 CHECK (((rtrim(rtrim(rtrim(stop_price, '0123456789'::text), '.'::text), '0123456789'::text) = ANY (ARRAY[''::text, '-'::text])) AND (replace(stop_price, '..'::text, ''::text) = stop_price) AND (rtrim(stop_price, '.'::text) = stop_price) AND (ltrim(stop_price, '.'::text) = stop_price) AND (substr(stop_price, 1, 2) <> '-.'::text) AND (stop_price <> ALL (ARRAY[''::text, '-'::text])) AND ((substr(stop_price, 1, 1) <> '-'::text) OR (rtrim(stop_price, '0.'::text) = '-'::text)))) NOT VALID;
ALTER TABLE public.orders
    ADD CONSTRAINT guard_orders_updated_ms_b6298de4 CHECK ((updated_ms >= 0)) NOT VALID;
ALTER TABLE public.profit_entries
    ADD CONSTRAINT guard_profit_entries_bought_from_ms_49d2314d CHECK ((bought_from_ms >= 0)) NOT VALID;
ALTER TABLE public.profit_entries
    ADD CONSTRAINT guard_profit_entries_bought_to_ms_cfbbfcc6 CHECK ((bought_to_ms >= 0)) NOT VALID;
ALTER TABLE public.profit_entries
    ADD CONSTRAINT guard_profit_entries_cost_06eeac64 CHECK (((rtrim(rtrim(rtrim(cost, '0123456789'::text), '.'::text), '0123456789'::text) = ANY (ARRAY[''::text, '-'::text])) AND (replace(cost, '..'::text, ''::text) = cost) AND (rtrim(cost, '.'::text) = cost) AND (ltrim(cost, '.'::text) = cost) AND (substr(cost, 1, 2) <> '-.'::text) AND (cost <> ALL (ARRAY[''::text, '-'::text])))) NOT VALID;
ALTER TABLE public.profit_entries
    ADD CONSTRAINT guard_profit_entries_fee_814f3109 CHECK (((rtrim(rtrim(rtrim(fee, '0123456789'::text), '.'::text), '0123456789'::text) = ANY (ARRAY[''::text, '-'::text])) AND (replace(fee, '..'::text, ''::text) = fee) AND (rtrim(fee, '.'::text) = fee) AND (ltrim(fee, '.'::text) = fee) AND (substr(fee, 1, 2) <> '-.'::text) AND (fee <> ALL (ARRAY[''::text, '-'::text])))) NOT VALID;
ALTER TABLE public.profit_entries
    ADD CONSTRAINT guard_profit_entries_kind_62bd1831 CHECK ((kind = ANY (ARRAY['BUY'::text, 'SALE'::text, 'MANUAL_SALE'::text, 'DUST'::text]))) NOT VALID;
ALTER TABLE public.profit_entries
    ADD CONSTRAINT guard_profit_entries_proceeds_64586335 CHECK (((rtrim(rtrim(rtrim(proceeds, '0123456789'::text), '.'::text), '0123456789'::text) = ANY (ARRAY[''::text, '-'::text])) AND (replace(proceeds, '..'::text, ''::text) = proceeds) AND (rtrim(proceeds, '.'::text) = proceeds) AND (ltrim(proceeds, '.'::text) = proceeds) AND (substr(proceeds, 1, 2) <> '-.'::text) AND (proceeds <> ALL (ARRAY[''::text, '-'::text])))) NOT VALID;
ALTER TABLE public.profit_entries
    ADD CONSTRAINT guard_profit_entries_quantity_032e0997 CHECK (((rtrim(rtrim(rtrim(quantity, '0123456789'::text), '.'::text), '0123456789'::text) = ANY (ARRAY[''::text, '-'::text])) AND (replace(quantity, '..'::text, ''::text) = quantity) AND (rtrim(quantity, '.'::text) = quantity) AND (ltrim(quantity, '.'::text) = quantity) AND (substr(quantity, 1, 2) <> '-.'::text) AND (quantity <> ALL (ARRAY[''::text, '-'::text])) AND ((substr(quantity, 1, 1) <> '-'::text) OR (rtrim(quantity, '0.'::text) = '-'::text)))) NOT VALID;
ALTER TABLE public.profit_entries
    ADD CONSTRAINT guard_profit_entries_time_ms_dacb8d20 CHECK ((time_ms >= 0)) NOT VALID;
ALTER TABLE public.profit_sums
    ADD CONSTRAINT guard_profit_sums_by_hand_7236dc29 CHECK (((rtrim(rtrim(rtrim(by_hand, '0123456789'::text), '.'::text), '0123456789'::text) = ANY (ARRAY[''::text, '-'::text])) AND (replace(by_hand, '..'::text, ''::text) = by_hand) AND (rtrim(by_hand, '.'::text) = by_hand) AND (ltrim(by_hand, '.'::text) = by_hand) AND (substr(by_hand, 1, 2) <> '-.'::text) AND (by_hand <> ALL (ARRAY[''::text, '-'::text])))) NOT VALID;
ALTER TABLE public.profit_sums
    ADD CONSTRAINT guard_profit_sums_cost_06eeac64 CHECK (((rtrim(rtrim(rtrim(cost, '0123456789'::text), '.'::text), '0123456789'::text) = ANY (ARRAY[''::text, '-'::text])) AND (replace(cost, '..'::text, ''::text) = cost) AND (rtrim(cost, '.'::text) = cost) AND (ltrim(cost, '.'::text) = cost) AND (substr(cost, 1, 2) <> '-.'::text) AND (cost <> ALL (ARRAY[''::text, '-'::text])))) NOT VALID;
ALTER TABLE public.profit_sums
    ADD CONSTRAINT guard_profit_sums_fee_814f3109 CHECK (((rtrim(rtrim(rtrim(fee, '0123456789'::text), '.'::text), '0123456789'::text) = ANY (ARRAY[''::text, '-'::text])) AND (replace(fee, '..'::text, ''::text) = fee) AND (rtrim(fee, '.'::text) = fee) AND (ltrim(fee, '.'::text) = fee) AND (substr(fee, 1, 2) <> '-.'::text) AND (fee <> ALL (ARRAY[''::text, '-'::text])))) NOT VALID;
ALTER TABLE public.profit_sums
    ADD CONSTRAINT guard_profit_sums_proceeds_64586335 CHECK (((rtrim(rtrim(rtrim(proceeds, '0123456789'::text), '.'::text), '0123456789'::text) = ANY (ARRAY[''::text, '-'::text])) AND (replace(proceeds, '..'::text, ''::text) = proceeds) AND (rtrim(proceeds, '.'::text) = proceeds) AND (ltrim(proceeds, '.'::text) = proceeds) AND (substr(proceeds, 1, 2) <> '-.'::text) AND (proceeds <> ALL (ARRAY[''::text, '-'::text])))) NOT VALID;
ALTER TABLE public.profit_sums
    ADD CONSTRAINT guard_profit_sums_profit_17a73523 CHECK (((rtrim(rtrim(rtrim(profit, '0123456789'::text), '.'::text), '0123456789'::text) = ANY (ARRAY[''::text, '-'::text])) AND (replace(profit, '..'::text, ''::text) = profit) AND (rtrim(profit, '.'::text) = profit) AND (ltrim(profit, '.'::text) = profit) AND (substr(profit, 1, 2) <> '-.'::text) AND (profit <> ALL (ARRAY[''::text, '-'::text])))) NOT VALID;
ALTER TABLE public.profit_sums
    ADD CONSTRAINT guard_profit_sums_span_8ab5d29e CHECK ((span = ANY (ARRAY['day'::text, 'month'::text]))) NOT VALID;
ALTER TABLE public.purchases
    ADD CONSTRAINT guard_purchases_at_ms_6ed466f5 CHECK ((at_ms >= 0)) NOT VALID;
ALTER TABLE public.purchases
    ADD CONSTRAINT guard_purchases_sent_ms_a0f5394a CHECK ((sent_ms >= 0)) NOT VALID;
ALTER TABLE public.sell_instructions
    ADD CONSTRAINT guard_sell_instructions_at_ms_6ed466f5 CHECK ((at_ms >= 0)) NOT VALID;
ALTER TABLE public.sell_instructions
    ADD CONSTRAINT guard_sell_instructions_ended_630f6144 CHECK ((ended = ANY (ARRAY['WITHDRAWN'::text, 'REPLACED'::text, 'CANCELLED'::text, 'REFUSED'::text]))) NOT VALID;
ALTER TABLE public.sell_instructions
    ADD CONSTRAINT guard_sell_instructions_kind_5b020e25 CHECK ((kind = ANY (ARRAY['AT'::text, 'FLOOR'::text, 'MARKET'::text]))) NOT VALID;
ALTER TABLE public.sell_instructions
    ADD CONSTRAINT guard_sell_instructions_price_284f27ac CHECK (((rtrim(rtrim(rtrim(price, '0123456789'::text), '.'::text), '0123456789'::text) = ANY (ARRAY[''::text, '-'::text])) AND (replace(price, '..'::text, ''::text) = price) AND (rtrim(price, '.'::text) = price) AND (ltrim(price, '.'::text) = price) AND (substr(price, 1, 2) <> '-.'::text) AND (price <> ALL (ARRAY[''::text, '-'::text])) AND ((substr(price, 1, 1) <> '-'::text) OR (rtrim(price, '0.'::text) = '-'::text)))) NOT VALID;
ALTER TABLE public.sell_instructions
    ADD CONSTRAINT guard_sell_instructions_quantity_032e0997 CHECK (((rtrim(rtrim(rtrim(quantity, '0123456789'::text), '.'::text), '0123456789'::text) = ANY (ARRAY[''::text, '-'::text])) AND (replace(quantity, '..'::text, ''::text) = quantity) AND (rtrim(quantity, '.'::text) = quantity) AND (ltrim(quantity, '.'::text) = quantity) AND (substr(quantity, 1, 2) <> '-.'::text) AND (quantity <> ALL (ARRAY[''::text, '-'::text])) AND ((substr(quantity, 1, 1) <> '-'::text) OR (rtrim(quantity, '0.'::text) = '-'::text)))) NOT VALID;
ALTER TABLE public.sell_instructions
    ADD CONSTRAINT guard_sell_instructions_sold_before_62a09520 CHECK (((rtrim(rtrim(rtrim(sold_before, '0123456789'::text), '.'::text), '0123456789'::text) = ANY (ARRAY[''::text, '-'::text])) AND (replace(sold_before, '..'::text, ''::text) = sold_before) AND (rtrim(sold_before, '.'::text) = sold_before) AND (ltrim(sold_before, '.'::text) = sold_before) AND (substr(sold_before, 1, 2) <> '-.'::text) AND (sold_before <> ALL (ARRAY[''::text, '-'::text])) AND ((substr(sold_before, 1, 1) <> '-'::text) OR (rtrim(sold_before, '0.'::text) = '-'::text)))) NOT VALID;
ALTER TABLE ONLY public.lots
    ADD CONSTRAINT lots_lot_id_key UNIQUE (lot_id);
ALTER TABLE ONLY public.lots
    ADD CONSTRAINT lots_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.orders
    ADD CONSTRAINT orders_pkey PRIMARY KEY (symbol, buy_order_id, generation);
ALTER TABLE ONLY public.profit_entries
    ADD CONSTRAINT profit_entries_pkey PRIMARY KEY (lot_id, kind, number);
ALTER TABLE ONLY public.profit_sums
    ADD CONSTRAINT profit_sums_pkey PRIMARY KEY (span, period, symbol);
ALTER TABLE ONLY public.purchases
    ADD CONSTRAINT purchases_pkey PRIMARY KEY (client_id);
ALTER TABLE ONLY public.sell_instructions
    ADD CONSTRAINT sell_instructions_pkey PRIMARY KEY (lot_id, number);
ALTER TABLE ONLY public.system_state
    ADD CONSTRAINT system_state_pkey PRIMARY KEY (key);
ALTER TABLE ONLY public.trade_pairs
    ADD CONSTRAINT trade_pairs_pkey PRIMARY KEY (symbol);
CREATE INDEX idx_buy_orders__placed_ms_symbol_order_id ON public.buy_orders USING btree (placed_ms, symbol, order_id);
CREATE INDEX idx_buy_orders__state_placed_ms_symbol_order_id ON public.buy_orders USING btree (state, placed_ms, symbol, order_id);
CREATE INDEX idx_buy_orders__symbol_placed_ms_order_id ON public.buy_orders USING btree (symbol, placed_ms, order_id);
CREATE INDEX idx_buy_orders__symbol_state_placed_ms_order_id ON public.buy_orders USING btree (symbol, state, placed_ms, order_id);
CREATE INDEX idx_carries__source_lot ON public.carries USING btree (source_lot);
CREATE INDEX idx_carries__target_lot ON public.carries USING btree (target_lot);
CREATE INDEX idx_cost_moves__source_lot ON public.cost_moves USING btree (source_lot);
CREATE INDEX idx_cost_moves__target_lot ON public.cost_moves USING btree (target_lot);
CREATE INDEX idx_decisions__at_ms_symbol_incarnation_number ON public.decisions USING btree (at_ms, symbol, incarnation, number);
CREATE INDEX idx_decisions__lot_id_at_ms_symbol_incarnation_number ON public.decisions USING btree (lot_id, at_ms, symbol, incarnation, number);
CREATE INDEX idx_disposals__lot_id ON public.disposals USING btree (lot_id);
CREATE INDEX idx_fills__lot_id ON public.fills USING btree (lot_id);
CREATE INDEX idx_fills__symbol_time_ms_trade_id_side ON public.fills USING btree (symbol, time_ms, trade_id, side);
CREATE INDEX idx_fills__time_ms_symbol_trade_id_side ON public.fills USING btree (time_ms, symbol, trade_id, side);
CREATE INDEX idx_lots__is_counted_id ON public.lots USING btree (is_counted, id);
CREATE INDEX idx_lots__not_closed ON public.lots USING btree (id) WHERE (state <> 'CLOSED'::text);
CREATE INDEX idx_lots__opened_ms_id ON public.lots USING btree (opened_ms, id);
CREATE INDEX idx_lots__state_opened_ms_id ON public.lots USING btree (state, opened_ms, id);
CREATE INDEX idx_lots__symbol_opened_ms_id ON public.lots USING btree (symbol, opened_ms, id);
CREATE INDEX idx_lots__symbol_state_opened_ms_id ON public.lots USING btree (symbol, state, opened_ms, id);
CREATE INDEX idx_lots__symbol_state_profit ON public.lots USING btree (symbol, state, profit);
CREATE INDEX idx_lots__unfinished ON public.lots USING btree (symbol) WHERE ((state <> 'CLOSED'::text) OR (NOT buy_ended));
CREATE INDEX idx_lots__with_rest ON public.lots USING btree (symbol) WHERE (rest <> '0'::text);
CREATE INDEX idx_orders__lot_id ON public.orders USING btree (lot_id);
CREATE INDEX idx_orders__sent_ms_symbol_buy_order_id_generation ON public.orders USING btree (sent_ms, symbol, buy_order_id, generation);
CREATE INDEX idx_orders__state_sent_ms_symbol_buy_order_id_generation ON public.orders USING btree (state, sent_ms, symbol, buy_order_id, generation);
CREATE INDEX idx_orders__symbol_sent_ms_buy_order_id_generation ON public.orders USING btree (symbol, sent_ms, buy_order_id, generation);
CREATE INDEX idx_orders__symbol_state_sent_ms_buy_order_id_generation ON public.orders USING btree (symbol, state, sent_ms, buy_order_id, generation);
CREATE INDEX idx_orders__symbol_updated_ms ON public.orders USING btree (symbol, updated_ms);
CREATE INDEX idx_profit_entries__symbol_time_ms_lot_id_kind_number ON public.profit_entries USING btree (symbol, time_ms, lot_id, kind, number);
CREATE INDEX idx_profit_entries__time_ms_lot_id_kind_number ON public.profit_entries USING btree (time_ms, lot_id, kind, number);
CREATE INDEX idx_profit_sums__span_symbol_period ON public.profit_sums USING btree (span, symbol, period);
CREATE INDEX idx_purchases__symbol_request_number ON public.purchases USING btree (symbol, request, number);
CREATE TRIGGER guard_decisions_only_added_753fe376 BEFORE DELETE OR UPDATE OR TRUNCATE ON public.decisions FOR EACH STATEMENT EXECUTE FUNCTION public.guard_decisions_refuse_a2c207ee();
