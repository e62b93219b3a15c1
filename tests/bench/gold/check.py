import gold

gold.compare()
