# The words of cloudtrail_action in pattern.sql.in.
s/@NAME@/action/g
s#@INPUT@#service:name, where * stands for any characters and ? for one#
s#@TYPE@#A pattern of actions as IAM policies write them, for example secretsmanager:Get*#
s#@CAST@#Reads a pattern of actions; an error if it is not one#
s#@EQUAL@#Whether two patterns are the same, whichever case their letters are in#
s#@UNEQUAL@#Whether two patterns differ#
