"""Gold tables from the raw CSVs by DuckDB, compared with what is published.

    pipeline_oracle.py retail RAW OUT
    pipeline_oracle.py online-retail IN OUT

Averages, shares and growth are exact: integers, rounded half away from zero
to 6 places.
"""
import sys

import duckdb

HALF_AWAY = """
CREATE MACRO ratio(a, b) AS (CASE WHEN b = 0 THEN NULL ELSE
    CAST(sign(a) * sign(b) * ((2 * abs(a)::HUGEINT * 1000000 + abs(b)) //
    (2 * abs(b))) AS HUGEINT) END)
"""
# ratio() gives millionths; a and b are whole numbers of one unit.

RETAIL = """
CREATE TABLE customers AS SELECT * FROM read_csv('{raw}/customers.csv', header=true,
    columns={{'customer_id':'INT','customer_name':'VARCHAR','age':'INT','gender':'VARCHAR',
    'country':'VARCHAR','region':'VARCHAR'}});
CREATE TABLE products AS SELECT * FROM read_csv('{raw}/products.csv', header=true,
    auto_detect=false, columns={{'product_id':'VARCHAR','category':'VARCHAR',
    'subcategory':'VARCHAR','product_name':'VARCHAR','base_price':'VARCHAR'}});
CREATE TABLE products_ok AS SELECT product_id::INT AS product_id, category,
    try_cast(base_price AS DECIMAL(10,2)) AS base_price FROM products
    WHERE base_price IS NULL OR try_cast(base_price AS DECIMAL(10,2)) IS NOT NULL;
CREATE TABLE raw AS SELECT row_number() OVER () AS line, * FROM
    read_csv('{raw}/transactions.csv', header=true, auto_detect=false, parallel=false,
    columns={{'txn_id':'VARCHAR','txn_ts':'VARCHAR','customer_id':'VARCHAR',
    'product_id':'VARCHAR','quantity':'VARCHAR','channel':'VARCHAR'}});
CREATE TABLE typed AS SELECT line, txn_id, try_cast(txn_ts AS TIMESTAMP) AS txn_ts,
    customer_id::INT AS customer_id, product_id::INT AS product_id, quantity::INT AS quantity
    FROM raw WHERE try_cast(txn_ts AS TIMESTAMP) IS NOT NULL;
CREATE TABLE first AS SELECT * FROM typed QUALIFY
    row_number() OVER (PARTITION BY txn_id ORDER BY line) = 1;
CREATE TABLE joined AS SELECT f.*, c.region, c.customer_name, p.category, p.base_price,
    strftime(txn_ts, '%Y%m') AS yyyymm
    FROM first f LEFT JOIN customers c USING (customer_id)
    LEFT JOIN products_ok p USING (product_id);
CREATE TABLE silver AS SELECT *, (base_price * 100)::HUGEINT * quantity AS cents FROM joined
    WHERE region IS NOT NULL AND category IS NOT NULL AND quantity > 0 AND base_price > 0;
"""

RETAIL_TABLES = {
    "revenue": """SELECT yyyymm, region, category, sum(cents) AS revenue,
        sum(quantity) AS units, count(*) AS orders FROM silver GROUP BY ALL""",
    "top_customers": """SELECT * FROM (SELECT region, customer_id, customer_name,
        sum(cents) AS total_spent, count(*) AS orders,
        dense_rank() OVER (PARTITION BY region ORDER BY sum(cents) DESC) AS rank
        FROM silver GROUP BY region, customer_id, customer_name) WHERE rank <= 10""",
    "monthly_trend": """WITH m AS (SELECT yyyymm, strptime(yyyymm, '%Y%m') AS month,
        sum(cents) AS revenue, count(*) AS orders FROM silver GROUP BY ALL)
        SELECT a.yyyymm, a.revenue, a.orders,
        ratio(sum(a.revenue) OVER w, 100 * count(*) OVER w) AS moving_avg_3,
        ratio(100 * (a.revenue - b.revenue), b.revenue) AS growth_pct
        FROM m a LEFT JOIN m b ON b.month = a.month - INTERVAL 1 MONTH
        WINDOW w AS (ORDER BY a.yyyymm ROWS BETWEEN 2 PRECEDING AND CURRENT ROW)""",
    "category_share": """SELECT category, sum(cents) AS revenue, sum(quantity) AS units,
        ratio(100 * sum(cents), (SELECT sum(cents) FROM silver)) AS share_pct
        FROM silver GROUP BY category""",
    "region_kpis": """SELECT region, sum(cents) AS revenue, sum(quantity) AS units,
        count(*) AS orders, count(DISTINCT customer_id) AS customers,
        ratio(sum(cents), 100 * count(*)) AS avg_order FROM silver GROUP BY region""",
    "category_kpis": """SELECT category, sum(cents) AS revenue, sum(quantity) AS units,
        count(*) AS orders, count(DISTINCT product_id) AS products,
        count(DISTINCT customer_id) AS customers,
        ratio(sum((base_price * 100)::HUGEINT), 100 * count(*)) AS avg_price
        FROM silver GROUP BY category""",
}

ONLINE = """
CREATE TABLE raw AS SELECT * FROM read_csv('{raw}/*.csv', header=true, all_varchar=true);
CREATE TABLE distinct_rows AS SELECT DISTINCT * FROM raw;
CREATE TABLE typed AS SELECT trim(InvoiceNo) AS invoice_no, upper(trim(StockCode)) AS stock_code,
    nullif(trim(Description), '') AS description, Quantity::INT AS quantity,
    InvoiceDate::TIMESTAMP AS ts, (UnitPrice::DECIMAL(12,3) * 1000)::HUGEINT AS price,
    trim(CustomerID)::DECIMAL(10,1)::INT AS customer_id, trim(Country) AS country,
    date_trunc('month', InvoiceDate::TIMESTAMP)::DATE AS month FROM distinct_rows;
CREATE TABLE silver AS SELECT *, quantity * price AS amount FROM typed
    WHERE invoice_no NOT LIKE 'C%' AND invoice_no NOT LIKE 'A%' AND quantity > 0 AND price > 0;
"""

ONLINE_TABLES = {
    "top_customers": """SELECT * FROM (SELECT country, customer_id, sum(amount) AS revenue,
        count(DISTINCT invoice_no) AS orders,
        dense_rank() OVER (PARTITION BY country ORDER BY sum(amount) DESC) AS rank
        FROM silver WHERE customer_id IS NOT NULL GROUP BY country, customer_id)
        WHERE rank <= 10""",
    "monthly_revenue": """WITH m AS (SELECT month, sum(amount) AS revenue,
        sum(quantity) AS units, count(DISTINCT invoice_no) AS orders FROM silver GROUP BY month)
        SELECT a.month, a.revenue, a.units, a.orders,
        ratio(sum(a.revenue) OVER w, 1000 * count(*) OVER w) AS moving_avg_3,
        ratio(100 * (a.revenue - b.revenue), b.revenue) AS growth_pct
        FROM m a LEFT JOIN m b ON b.month = a.month - INTERVAL 1 MONTH
        WINDOW w AS (ORDER BY a.month ROWS BETWEEN 2 PRECEDING AND CURRENT ROW)""",
    "product_shares": """SELECT stock_code, min(description) AS description,
        sum(amount) AS revenue, sum(quantity) AS units,
        ratio(100 * sum(amount), (SELECT sum(amount) FROM silver)) AS share_pct
        FROM silver GROUP BY stock_code""",
    "country_shares": """SELECT country, sum(amount) AS revenue,
        count(DISTINCT invoice_no) AS orders,
        ratio(100 * sum(amount), (SELECT sum(amount) FROM silver)) AS share_pct
        FROM silver GROUP BY country""",
    "cohort_retention": """WITH a AS (SELECT DISTINCT customer_id, month FROM silver
        WHERE customer_id IS NOT NULL),
        c AS (SELECT *, min(month) OVER (PARTITION BY customer_id) AS cohort FROM a),
        n AS (SELECT cohort, date_diff('month', cohort, month) AS age, count(*) AS customers
        FROM c GROUP BY ALL)
        SELECT cohort, age, customers,
        first_value(customers) OVER (PARTITION BY cohort ORDER BY age) AS size,
        ratio(100 * customers, first_value(customers) OVER (PARTITION BY cohort ORDER BY age))
        AS retention_pct FROM n""",
}

# Columns that are published as decimals, and their scales.
MONEY = {"revenue", "total_spent"}
MILLIONTHS = {"moving_avg_3", "growth_pct", "share_pct", "avg_order", "avg_price",
              "retention_pct"}


def compare(db, out, table, query, scale):
    path = f"{out}/gold/{table}/*.parquet"
    names = [row[0] for row in db.execute(f"DESCRIBE {query}").fetchall()]
    published = [row[0] for row in
                 db.execute(f"DESCRIBE SELECT * FROM '{path}'").fetchall()]
    if sorted(names) != sorted(published):
        sys.exit(f"{table}: columns {published}, not {names}")
    ours = ", ".join(
        f'("{n}" * {scale})::HUGEINT AS "{n}"' if n in MONEY else
        f'("{n}" * 1000000)::HUGEINT AS "{n}"' if n in MILLIONTHS else
        f'"{n}"' for n in names)
    theirs = ", ".join(
        f'"{n}"::HUGEINT AS "{n}"' if n in MONEY | MILLIONTHS else f'"{n}"'
        for n in names)
    db.execute(f"CREATE OR REPLACE TEMP TABLE ours AS SELECT {ours} FROM '{path}'")
    db.execute(f"CREATE OR REPLACE TEMP TABLE theirs AS SELECT {theirs} FROM ({query})")
    for a, b in ("ours", "theirs"), ("theirs", "ours"):
        rest = db.execute(f"SELECT * FROM {a} EXCEPT ALL SELECT * FROM {b} LIMIT 5").fetchall()
        if rest:
            sys.exit(f"{table}: only in {a}: {rest}")
    count = db.execute("SELECT count(*) FROM ours").fetchone()[0]
    if count == 0:
        sys.exit(f"{table}: no rows")
    print(f"{table} {count}")


def main(name, raw, out):
    db = duckdb.connect()
    db.execute(HALF_AWAY)
    setup, tables, scale = ((RETAIL, RETAIL_TABLES, 100) if name == "retail" else
                            (ONLINE, ONLINE_TABLES, 1000))
    db.execute(setup.format(raw=raw))
    for table, query in tables.items():
        compare(db, out, table, query, scale)


main(*sys.argv[1:])
