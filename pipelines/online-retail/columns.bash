# The columns that Silver takes from Bronze, and the states from Silver.
# Sourced.
of_bronze=InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country
of_silver=invoice_no,stock_code,description,quantity,invoice_ts,customer_id,country,amount
