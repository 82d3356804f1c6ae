/*
 * errorlist.h: every error the core reports, with what it says.
 *
 * It has no include guard: each reader defines CT_ERROR and includes it.
 */
CT_ERROR(NONE, "no error")

/* JSON */
CT_ERROR(EOF, "the input ends in the middle of a JSON value")
CT_ERROR(VALUE, "expected a JSON value")
CT_ERROR(KEY, "expected a string as key of an object")
CT_ERROR(COLON, "expected \":\" after a key")
CT_ERROR(OBJECT_COMMA, "expected \",\" or \"}\" in an object")
CT_ERROR(ARRAY_COMMA, "expected \",\" or \"]\" in an array")
CT_ERROR(LITERAL, "expected true, false or null")
CT_ERROR(NUMBER, "expected a number as JSON writes it")
CT_ERROR(CONTROL, "control character in a string, expected it escaped")
CT_ERROR(ESCAPE, "expected one of \" \\ / b f n r t u after a backslash")
CT_ERROR(UNICODE_ESCAPE, "expected four hexadecimal digits after \\u")
CT_ERROR(UTF8, "invalid UTF-8")
CT_ERROR(DEPTH, "nested more than 2,000 levels deep")
CT_ERROR(TRAILING, "expected the end of the input after the JSON value")
CT_ERROR(TOO_LARGE, "record larger than 32 MB")
CT_ERROR(TOO_MANY_VALUES, "more values than a row of its length has")

/* records */
CT_ERROR(NOT_OBJECT, "expected a JSON object")
CT_ERROR(NO_EVENT_TIME, "expected a CloudTrail record, but it has no eventTime")
CT_ERROR(RECORDS, "expected an array of records, but it is an object")
CT_ERROR(EVENT_TIME, "expected a date and time in eventTime")
CT_ERROR(NOTIFICATION, "a notification of another service (eventSource aws:...), not a CloudTrail record")

/* actions and secrets that a person names */
CT_ERROR(ACTION_EMPTY, "expected a pattern such as secretsmanager:Get*")
CT_ERROR(ACTION_LENGTH, "pattern longer than 512 characters")
CT_ERROR(ACTION_COLON, "expected \":\" between the service and the name of the action")
CT_ERROR(ACTION_SERVICE, "expected a service of letters, digits, \"-\", \"_\" and \".\", or \"*\" and \"?\"")
CT_ERROR(ACTION_NAME, "expected the name of an action, without spaces and of ASCII characters only, or \"*\" and \"?\"")
CT_ERROR(SECRET_EMPTY, "expected the name or ARN of a secret")
CT_ERROR(SECRET_ID_LENGTH, "longer than 2,048 characters")
CT_ERROR(SECRET_LENGTH, "name longer than 512 characters")
CT_ERROR(SECRET_NAME, "expected a secret's name of letters, digits and any of / _ + = . @ - !")
CT_ERROR(SECRET_ARN, "the ARN ends too early")
CT_ERROR(SECRET_PARTITION, "expected a partition such as aws, aws-cn or aws-us-gov")
CT_ERROR(SECRET_SERVICE, "expected the service secretsmanager")
CT_ERROR(SECRET_REGION, "expected a Region such as us-east-1")
CT_ERROR(SECRET_ACCOUNT, "expected an account of twelve digits")
CT_ERROR(SECRET_RESOURCE, "expected \"secret:\" and a name")

/* resource policies */
CT_ERROR(POLICY_TOO_LARGE, "policy larger than 1 MB")
CT_ERROR(POLICY_DEPTH, "policy nested more than 32 levels deep")
CT_ERROR(POLICY_NUL, "\\u0000 in a policy")
CT_ERROR(POLICY_REPEATED, "an object has a key twice")
CT_ERROR(POLICY_STATEMENT, "expected Statement, an object or an array of objects")
CT_ERROR(POLICY_EFFECT, "expected Allow or Deny as Effect of the statement")
CT_ERROR(POLICY_PRINCIPAL, "expected as Principal of the statement \"*\", or an object of AWS, Service, Federated and CanonicalUser")
CT_ERROR(POLICY_CONDITION, "expected as Condition of the statement an object of operators, each with an object of keys and their values")
CT_ERROR(POLICY_NAMES, "policy of more than 10,000 principals or accounts")

/* stored values */
CT_ERROR(STORED_VERSION, "stored value of an unknown format version")
CT_ERROR(STORED_CODEC, "stored value compressed with an unknown dictionary")
CT_ERROR(STORED_TRUNCATED, "stored value is too short")
CT_ERROR(STORED_PAYLOAD, "stored record cannot be decompressed")

/* blobs */
CT_ERROR(OUT_OF_MEMORY, "out of memory")
CT_ERROR(EMPTY, "the file is empty")
CT_ERROR(NO_CONTAINER, "expected CloudTrail JSON: an event, a log file or another known container")
CT_ERROR(GZIP, "damaged gzip data")
CT_ERROR(GZIP_TRUNCATED, "gzip data is truncated")
CT_ERROR(GZIP_TRAILING, "bytes after the end of the gzip data")
CT_ERROR(ZSTD, "damaged zstd data")
CT_ERROR(ZSTD_TRUNCATED, "zstd data is truncated")
CT_ERROR(ZSTD_TRAILING, "bytes after the end of the zstd data")
CT_ERROR(BOMB, "expands to more than is plausible for CloudTrail logs")
CT_ERROR(BASE64, "damaged base64 data")
CT_ERROR(UTF16, "UTF-16 text, expected UTF-8")
CT_ERROR(NESTING, "containers nested too deeply in one another")
CT_ERROR(CSV, "damaged CSV")
CT_ERROR(CSV_HEADER, "data among the names of a CSV's columns")
CT_ERROR(PART, "part of a record whose other parts are damaged or missing")
CT_ERROR(NOT_CERTAIN, "a value as queries print it, {key=value, ...}, that may be read in several ways")

/* digests and keys */
CT_ERROR(DIGEST_JSON, "expected a CloudTrail digest, one JSON object")
CT_ERROR(DIGEST_ACCOUNT, "expected twelve digits in a digest's awsAccountId")
CT_ERROR(DIGEST_TIME, "expected times in a digest's digestStartTime and digestEndTime")
CT_ERROR(DIGEST_OBJECT, "expected texts in a digest's digestS3Bucket and digestS3Object")
CT_ERROR(DIGEST_KEY, "expected texts in a digest's digestPublicKeyFingerprint and digestSignatureAlgorithm")
CT_ERROR(DIGEST_PREVIOUS, "expected bucket, object, hash and signature of the previous digest, or null for all")
CT_ERROR(DIGEST_FILES, "expected bucket, object, hash and hash algorithm in each of a digest's logFiles")
CT_ERROR(KEY_LIST, "expected the output of aws cloudtrail list-public-keys")
CT_ERROR(KEY_VALUE, "expected an RSA public key in base64")
