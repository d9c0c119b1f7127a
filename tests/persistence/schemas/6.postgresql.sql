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
INSERT INTO public.system_state VALUES ('schema.version', '6');
INSERT INTO public.system_state VALUES ('paused:BTCUSDT', 'yes');
SELECT pg_catalog.setval('public.lots_id_seq', 8, true);
ALTER TABLE ONLY public.buy_orders
    ADD CONSTRAINT buy_orders_pkey PRIMARY KEY (symbol, order_id);
ALTER TABLE ONLY public.carries
    ADD CONSTRAINT carries_pkey PRIMARY KEY (symbol, source, target, generation);
ALTER TABLE ONLY public.cost_moves
    ADD CONSTRAINT cost_moves_pkey PRIMARY KEY (symbol, source, target, number);
ALTER TABLE ONLY public.cursors
    ADD CONSTRAINT cursors_pkey PRIMARY KEY (symbol);
ALTER TABLE ONLY public.disposals
    ADD CONSTRAINT disposals_pkey PRIMARY KEY (symbol, buy_order_id, way, number);
ALTER TABLE ONLY public.fee_values
    ADD CONSTRAINT fee_values_pkey PRIMARY KEY (lot_id, trade_id);
ALTER TABLE ONLY public.fills
    ADD CONSTRAINT fills_pkey PRIMARY KEY (symbol, trade_id, side);
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
CREATE INDEX idx_carries__source_lot ON public.carries USING btree (source_lot);
CREATE INDEX idx_carries__target_lot ON public.carries USING btree (target_lot);
CREATE INDEX idx_cost_moves__source_lot ON public.cost_moves USING btree (source_lot);
CREATE INDEX idx_cost_moves__target_lot ON public.cost_moves USING btree (target_lot);
CREATE INDEX idx_disposals__lot_id ON public.disposals USING btree (lot_id);
CREATE INDEX idx_fills__lot_id ON public.fills USING btree (lot_id);
CREATE INDEX idx_fills__symbol_time_ms_trade_id_side ON public.fills USING btree (symbol, time_ms, trade_id, side);
CREATE INDEX idx_fills__time_ms_symbol_trade_id_side ON public.fills USING btree (time_ms, symbol, trade_id, side);
CREATE INDEX idx_lots__is_counted_id ON public.lots USING btree (is_counted, id);
CREATE INDEX idx_lots__opened_ms_id ON public.lots USING btree (opened_ms, id);
CREATE INDEX idx_lots__state_opened_ms_id ON public.lots USING btree (state, opened_ms, id);
CREATE INDEX idx_lots__symbol_opened_ms_id ON public.lots USING btree (symbol, opened_ms, id);
CREATE INDEX idx_lots__symbol_state_profit ON public.lots USING btree (symbol, state, profit);
CREATE INDEX idx_orders__lot_id ON public.orders USING btree (lot_id);
CREATE INDEX idx_orders__sent_ms_symbol_buy_order_id_generation ON public.orders USING btree (sent_ms, symbol, buy_order_id, generation);
CREATE INDEX idx_orders__state_sent_ms_symbol_buy_order_id_generation ON public.orders USING btree (state, sent_ms, symbol, buy_order_id, generation);
CREATE INDEX idx_orders__symbol_sent_ms_buy_order_id_generation ON public.orders USING btree (symbol, sent_ms, buy_order_id, generation);
CREATE INDEX idx_profit_entries__time_ms_lot_id_kind_number ON public.profit_entries USING btree (time_ms, lot_id, kind, number);
CREATE INDEX idx_profit_sums__span_symbol_period ON public.profit_sums USING btree (span, symbol, period);
CREATE INDEX idx_purchases__symbol_request_number ON public.purchases USING btree (symbol, request, number);
