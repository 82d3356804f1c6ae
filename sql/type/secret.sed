# The words of cloudtrail_secret in pattern.sql.in.
s/@NAME@/secret/g
s#@INPUT@#the full ARN of a secret, its ARN without the last hyphen and six characters, or its name#
s#@TYPE@#A secret of AWS Secrets Manager named by full ARN, partial ARN or name#
s#@CAST@#Reads the name or ARN of a secret; an error if it is not one#
s#@EQUAL@#Whether two texts that name a secret are the same#
s#@UNEQUAL@#Whether two texts that name a secret differ#
