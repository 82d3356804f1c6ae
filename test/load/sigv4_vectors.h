/*
 * sigv4_vectors.h: AWS's test vectors for Signature Version 4: the requests of
 * its aws-signing-test-suite (Apache 2.0) and the signatures that they must
 * get, in headers.  All are of 2015-08-30T12:36:00Z, Region us-east-1, service
 * "service", keys AKIDEXAMPLE and wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY.
 *
 * VECTOR(name, path normalized, body's hash signed as a header, session token, request, signature)
 */
VECTOR("get-header-key-duplicate", true, false, NULL,
	   "GET / HTTP/1.1\nHost:example.amazonaws.com\nMy-Header1:value2\nMy-Header1:value2"
	   "\nMy-Header1:value1\n",
	   "c9d5ea9f3f72853aea855b47ea873832890dbdd183b4468f858259531a5138ea")
VECTOR("get-header-value-multiline", true, false, NULL,
	   "GET / HTTP/1.1\nHost:example.amazonaws.com\nMy-Header1:value1\n  value2\n     va"
	   "lue3\n",
	   "cfd34249e4b1c8d6b91ef74165d41a32e5fab3306300901bb65a51a73575eefd")
VECTOR("get-header-value-order", true, false, NULL,
	   "GET / HTTP/1.1\nHost:example.amazonaws.com\nMy-Header1:value4\nMy-Header1:value1"
	   "\nMy-Header1:value3\nMy-Header1:value2\n",
	   "08c7e5a9acfcfeb3ab6b2185e75ce8b1deb5e634ec47601a50643f830c755c01")
VECTOR("get-header-value-trim", true, false, NULL,
	   "GET / HTTP/1.1\nHost:example.amazonaws.com\nMy-Header1: value1\nMy-Header2: \"a "
	   "  b   c\"\n",
	   "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736")
VECTOR("get-relative-normalized", true, false, NULL,
	   "GET /example/.. HTTP/1.1\nHost:example.amazonaws.com\n",
	   "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31")
VECTOR("get-relative-relative-normalized", true, false, NULL,
	   "GET /example1/example2/../.. HTTP/1.1\nHost:example.amazonaws.com\n",
	   "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31")
VECTOR("get-relative-relative-unnormalized", false, false, NULL,
	   "GET /example1/example2/../.. HTTP/1.1\nHost:example.amazonaws.com\n",
	   "dc33e0856fd4baca4d7aa2146c38958283844764f38c74252a333df5e613003b")
VECTOR("get-relative-unnormalized", false, false, NULL,
	   "GET /example/.. HTTP/1.1\nHost:example.amazonaws.com\n",
	   "eca7ead57bb5aa5c8e28007acd4ff04e1ff9a0ff3b237ec1554a184887ff9282")
VECTOR("get-slash-dot-slash-normalized", true, false, NULL,
	   "GET /./ HTTP/1.1\nHost:example.amazonaws.com\n",
	   "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31")
VECTOR("get-slash-dot-slash-unnormalized", false, false, NULL,
	   "GET /./ HTTP/1.1\nHost:example.amazonaws.com\n",
	   "68714168e6557f8f2de0ef956fc24dc2593a4bd2961f8df51898d8a134695145")
VECTOR("get-slash-normalized", true, false, NULL,
	   "GET // HTTP/1.1\nHost:example.amazonaws.com\n",
	   "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31")
VECTOR("get-slash-pointless-dot-normalized", true, false, NULL,
	   "GET /./example HTTP/1.1\nHost:example.amazonaws.com\n",
	   "ef75d96142cf21edca26f06005da7988e4f8dc83a165a80865db7089db637ec5")
VECTOR("get-slash-pointless-dot-unnormalized", false, false, NULL,
	   "GET /./example HTTP/1.1\nHost:example.amazonaws.com\n",
	   "beb03f223f7deae4146464f06e29eebbee9c8afbe15c290cf07aa8b119e14cff")
VECTOR("get-slash-unnormalized", false, false, NULL,
	   "GET // HTTP/1.1\nHost:example.amazonaws.com\n",
	   "c88bcd3d312d75078c0cd961d6deae3f4c754924b01669efcfcb439fd5e5b76e")
VECTOR("get-slashes-normalized", true, false, NULL,
	   "GET //example// HTTP/1.1\nHost:example.amazonaws.com\n",
	   "9a624bd73a37c9a373b5312afbebe7a714a789de108f0bdfe846570885f57e84")
VECTOR("get-slashes-unnormalized", false, false, NULL,
	   "GET //example// HTTP/1.1\nHost:example.amazonaws.com\n",
	   "87cca117541a147f6df867677d98a7d80dff226d2bfca9e4ffa899665623c7e5")
VECTOR("get-space-normalized", true, false, NULL,
	   "GET /example space/ HTTP/1.1\nHost:example.amazonaws.com\n",
	   "652487583200325589f1fba4c7e578f72c47cb61beeca81406b39ddec1366741")
VECTOR("get-space-unnormalized", false, false, NULL,
	   "GET /example space/ HTTP/1.1\nHost:example.amazonaws.com\n",
	   "652487583200325589f1fba4c7e578f72c47cb61beeca81406b39ddec1366741")
VECTOR("get-unreserved", true, false, NULL,
	   "GET /-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz HTTP/1.1"
	   "\nHost:example.amazonaws.com\n",
	   "07ef7494c76fa4850883e2b006601f940f8a34d404d0cfa977f52a65bbf5f24f")
VECTOR("get-utf8", true, false, NULL,
	   "GET /\341\210\264 HTTP/1.1\nHost:example.amazonaws.com\n",
	   "8318018e0b0f223aa2bbf98705b62bb787dc9c0e678f255a891fd03141be5d85")
VECTOR("get-vanilla-empty-query-key", true, false, NULL,
	   "GET /?Param1=value1 HTTP/1.1\nHost:example.amazonaws.com\n",
	   "a67d582fa61cc504c4bae71f336f98b97f1ea3c7a6bfe1b6e45aec72011b9aeb")
VECTOR("get-vanilla-query-order-encoded", true, false, NULL,
	   "GET /?Param-3=Value3&Param=Value2&%E1%88%B4=Value1 HTTP/1.1\nHost:example.amazon"
	   "aws.com\n",
	   "371d3713e185cc334048618a97f809c9ffe339c62934c032af5a0e595648fcac")
VECTOR("get-vanilla-query-order-key-case", true, false, NULL,
	   "GET /?Param2=value2&Param1=value1 HTTP/1.1\nHost:example.amazonaws.com\n",
	   "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500")
VECTOR("get-vanilla-query-unreserved", true, false, NULL,
	   "GET /?-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz=-._~012"
	   "3456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz HTTP/1.1\nHost:examp"
	   "le.amazonaws.com\n",
	   "9c3e54bfcdf0b19771a7f523ee5669cdf59bc7cc0884027167c21bb143a40197")
VECTOR("get-vanilla-query", true, false, NULL,
	   "GET / HTTP/1.1\nHost:example.amazonaws.com\n",
	   "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31")
VECTOR("get-vanilla-utf8-query", true, false, NULL,
	   "GET /?\341\210\264=bar HTTP/1.1\nHost:example.amazonaws.com\n",
	   "2cdec8eed098649ff3a119c94853b13c643bcf08f8b0a1d91e12c9027818dd04")
VECTOR("get-vanilla-with-session-token", true, false, TOKEN_A,
	   "GET / HTTP/1.1\nHost:example.amazonaws.com\n",
	   "07ec1639c89043aa0e3e2de82b96708f198cceab042d4a97044c66dd9f74e7f8")
VECTOR("get-vanilla", true, false, NULL,
	   "GET / HTTP/1.1\nHost:example.amazonaws.com\n",
	   "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31")
VECTOR("post-header-key-case", true, false, NULL,
	   "POST / HTTP/1.1\nHost:example.amazonaws.com\n",
	   "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b")
VECTOR("post-header-key-sort", true, false, NULL,
	   "POST / HTTP/1.1\nHost:example.amazonaws.com\nMy-Header1:value1\n",
	   "c5410059b04c1ee005303aed430f6e6645f61f4dc9e1461ec8f8916fdf18852c")
VECTOR("post-header-value-case", true, false, NULL,
	   "POST / HTTP/1.1\nHost:example.amazonaws.com\nMy-Header1:VALUE1\n",
	   "cdbc9802e29d2942e5e10b5bccfdd67c5f22c7c4e8ae67b53629efa58b974b7d")
VECTOR("post-sts-header-after", true, false, NULL,
	   "POST / HTTP/1.1\nHost:example.amazonaws.com\n",
	   "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b")
VECTOR("post-sts-header-before", true, false, TOKEN_B,
	   "POST / HTTP/1.1\nHost:example.amazonaws.com\n",
	   "85d96828115b5dc0cfc3bd16ad9e210dd772bbebba041836c64533a82be05ead")
VECTOR("post-vanilla-empty-query-value", true, false, NULL,
	   "POST /?Param1=value1 HTTP/1.1\nHost:example.amazonaws.com\n",
	   "28038455d6de14eafc1f9222cf5aa6f1a96197d7deb8263271d420d138af7f11")
VECTOR("post-vanilla-query", true, false, NULL,
	   "POST /?Param1=value1 HTTP/1.1\nHost:example.amazonaws.com\n",
	   "28038455d6de14eafc1f9222cf5aa6f1a96197d7deb8263271d420d138af7f11")
VECTOR("post-vanilla", true, false, NULL,
	   "POST / HTTP/1.1\nHost:example.amazonaws.com\n",
	   "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b")
VECTOR("post-x-www-form-urlencoded-parameters", true, true, NULL,
	   "POST / HTTP/1.1\nContent-Type:application/x-www-form-urlencoded; charset=utf-8\n"
	   "Host:example.amazonaws.com\nContent-Length:13\n\nParam1=value1",
	   "328d1b9eaadca9f5818ef05e8392801e091653bafec24fcab71e7344e7f51422")
VECTOR("post-x-www-form-urlencoded", true, true, NULL,
	   "POST / HTTP/1.1\nContent-Type:application/x-www-form-urlencoded\nHost:example.am"
	   "azonaws.com\nContent-Length:13\n\nParam1=value1",
	   "d3875051da38690788ef43de4db0d8f280229d82040bfac253562e56c3f20e0b")
