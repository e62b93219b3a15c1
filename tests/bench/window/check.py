import os

import answers

value = {"top": "place", "moving": "moving"}[os.environ["VARIANT"]]
answers.compare(["txn_id", "txn_ts", "customer_id", "product_id", "channel"],
                ["quantity", value])
