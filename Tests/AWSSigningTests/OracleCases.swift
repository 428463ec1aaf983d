import Testing

@testable import AWSSigning

/// A request and what botocore 1.43, the core of AWS's own SDK for Python, makes of it.
struct OracleCase: CustomTestStringConvertible {
    var name: String
    var form: ReceivedSignature.Form
    var method: String
    var path: String
    var query: String
    var host: String
    var headers: [SignableRequest.Header]
    var body: String
    var service: String
    var region: String
    var hasToken: Bool
    var lifetime: Int
    /// The `Authorization` header, or the whole query.
    var expected: String

    var testDescription: String { name }

    static let date = SigningDate(secondsSinceEpoch: 1_700_259_197)
    static let secret = "s3cr3t/With+Symbols=AndMore0123456789abcd"

    var credentials: Credentials {
        Credentials(
            accessKeyID: "AKIDORACLE00000000001", secretAccessKey: Self.secret,
            sessionToken: hasToken ? "FwoGZXIvYXdzEXAMPLE//////////wEaDK+token==" : nil)
    }

    static let all: [OracleCase] = [
        OracleCase(
            name: "DynamoDB", form: .header, method: "POST",
            path: "/", query: "", host: "dynamodb.eu-central-1.amazonaws.com",
            headers: [("Content-Type", "application/x-amz-json-1.0"), ("X-Amz-Target", "DynamoDB_20120810.GetItem")],
            body: "{\"TableName\":\"T\"}", service: "dynamodb", region: "eu-central-1", hasToken: false, lifetime: 0,
            expected: "AWS4-HMAC-SHA256 Credential=AKIDORACLE00000000001/20231117/eu-central-1/dynamodb/aws4_re"
                + "quest, SignedHeaders=content-type;host;x-amz-date;x-amz-target, Signature=11fc04aa6277e4"
                + "efa2b1e5d8a6d0de062b5c2125ed554b8a11b34d597a170a84"),
        OracleCase(
            name: "DynamoDB with a session token", form: .header, method: "POST",
            path: "/", query: "", host: "127.0.0.1:4566",
            headers: [("Content-Type", "application/x-amz-json-1.0"), ("X-Amz-Target", "DynamoDB_20120810.PutItem")],
            body: "{\"TableName\":\"T\",\"Item\":{}}", service: "dynamodb", region: "us-east-1", hasToken: true,
            lifetime: 0,
            expected: "AWS4-HMAC-SHA256 Credential=AKIDORACLE00000000001/20231117/us-east-1/dynamodb/aws4_reque"
                + "st, SignedHeaders=content-type;host;x-amz-date;x-amz-security-token;x-amz-target, Signat"
                + "ure=da57992aff4a602c47deb55d5fdf1e5f8e4d4f3bb39f70bade50e00d84313cdd"),
        OracleCase(
            name: "Lambda, an encoded ARN in the path", form: .header, method: "POST",
            path: "/2015-03-31/functions/arn%3Aaws%3Alambda%3Aus-west-2%3A123456789012%3Afunction%3Af/invocations",
            query: "Qualifier=live", host: "lambda.us-west-2.amazonaws.com",
            headers: [("X-Amz-Invocation-Type", "Event")],
            body: "{}", service: "lambda", region: "us-west-2", hasToken: false, lifetime: 0,
            expected: "AWS4-HMAC-SHA256 Credential=AKIDORACLE00000000001/20231117/us-west-2/lambda/aws4_request"
                + ", SignedHeaders=host;x-amz-date;x-amz-invocation-type, Signature=b6c544c1017659b9b77213a"
                + "336a48d396daef380c7380d26b065891141e30f48"),
        OracleCase(
            name: "spaces folded in a header", form: .header, method: "GET",
            path: "/", query: "", host: "logs.us-east-1.amazonaws.com",
            headers: [("X-Amz-Meta-A", "  a   b    c  "), ("X-Other", "plain")],
            body: "", service: "logs", region: "us-east-1", hasToken: false, lifetime: 0,
            expected: "AWS4-HMAC-SHA256 Credential=AKIDORACLE00000000001/20231117/us-east-1/logs/aws4_request, "
                + "SignedHeaders=host;x-amz-date;x-amz-meta-a;x-other, Signature=3a4f62f33732797a35e7b792d8"
                + "ad14092831c32418369843c907fa79c3898ea8"),
        OracleCase(
            name: "a query to sort", form: .header, method: "GET",
            path: "/schedules", query: "b=2&a=1&B=3&a=0&c", host: "scheduler.us-east-1.amazonaws.com", headers: [],
            body: "", service: "scheduler", region: "us-east-1", hasToken: false, lifetime: 0,
            expected: "AWS4-HMAC-SHA256 Credential=AKIDORACLE00000000001/20231117/us-east-1/scheduler/aws4_requ"
                + "est, SignedHeaders=host;x-amz-date, Signature=4f57f67eddebd17a5762ecef70529ec33dae372c59"
                + "8df29b9ecd68eaa6c97062"),
        OracleCase(
            name: "S3, a plain object", form: .header, method: "GET",
            path: "/photos/cat.jpg", query: "", host: "bucket.s3.eu-west-1.amazonaws.com",
            headers: [("Range", "bytes=0-99")],
            body: "", service: "s3", region: "eu-west-1", hasToken: false, lifetime: 0,
            expected: "AWS4-HMAC-SHA256 Credential=AKIDORACLE00000000001/20231117/eu-west-1/s3/aws4_request, Si"
                + "gnedHeaders=host;range;x-amz-content-sha256;x-amz-date, Signature=614c4b3a29545dfd3921fa"
                + "202856e47e6d620c8a58e068e3f3776ba0e9b219d8"),
        OracleCase(
            name: "S3, dots and slashes in the key", form: .header, method: "PUT",
            path: "/bucket/a//b/../c%20d%2Be/%C3%A9%E2%82%AC", query: "", host: "127.0.0.1:4566",
            headers: [("Content-Type", "image/jpeg"), ("X-Amz-Meta-Name", "x")],
            body: "0123456789", service: "s3", region: "us-east-1", hasToken: false, lifetime: 0,
            expected: "AWS4-HMAC-SHA256 Credential=AKIDORACLE00000000001/20231117/us-east-1/s3/aws4_request, Si"
                + "gnedHeaders=content-type;host;x-amz-content-sha256;x-amz-date;x-amz-meta-name, Signature"
                + "=2afcd4581694ba5cc4ad498747cc51a8822c7a239848568933ad0c9a3e8175b6"),
        OracleCase(
            name: "S3, a subresource without a value", form: .header, method: "POST",
            path: "/key", query: "uploads=", host: "bucket.s3.amazonaws.com", headers: [],
            body: "", service: "s3", region: "us-east-1", hasToken: true, lifetime: 0,
            expected: "AWS4-HMAC-SHA256 Credential=AKIDORACLE00000000001/20231117/us-east-1/s3/aws4_request, Si"
                + "gnedHeaders=host;x-amz-content-sha256;x-amz-date;x-amz-security-token, Signature=ce6c0da"
                + "c25e5a9ffa75757de45d6304ff29f4a3dbcfdfa58bd19c25d74723ab6"),
        OracleCase(
            name: "S3, a listing", form: .header, method: "GET",
            path: "/", query: "list-type=2&prefix=a%2Fb%20c&encoding-type=url&continuation-token=1%2Babc%3D%3D",
            host: "bucket.s3.amazonaws.com", headers: [],
            body: "", service: "s3", region: "us-east-1", hasToken: false, lifetime: 0,
            expected: "AWS4-HMAC-SHA256 Credential=AKIDORACLE00000000001/20231117/us-east-1/s3/aws4_request, Si"
                + "gnedHeaders=host;x-amz-content-sha256;x-amz-date, Signature=ff3cd3e1eb644f2af5b1b8f4df28"
                + "0f75a15924c64c0168476a5e3ee823ede347"),
        OracleCase(
            name: "S3, presigned", form: .query, method: "GET",
            path: "/photos/cat%20and%20dog.jpg", query: "", host: "bucket.s3.eu-west-1.amazonaws.com", headers: [],
            body: "", service: "s3", region: "eu-west-1", hasToken: false, lifetime: 900,
            expected: "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIDORACLE00000000001%2F20231117%2Feu-"
                + "west-1%2Fs3%2Faws4_request&X-Amz-Date=20231117T221317Z&X-Amz-Expires=900&X-Amz-SignedHea"
                + "ders=host&X-Amz-Signature=78c02595eebb3ee0ab885abe739d0916db469e6652235651b220c3d56d2ce5"
                + "0b"),
        OracleCase(
            name: "S3, presigned with a session token and an override", form: .query, method: "GET",
            path: "/bucket/key", query: "response-content-type=text%2Fplain", host: "127.0.0.1:4566", headers: [],
            body: "", service: "s3", region: "us-east-1", hasToken: true, lifetime: 604800,
            expected: "response-content-type=text%2Fplain&X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKI"
                + "DORACLE00000000001%2F20231117%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20231117T221317"
                + "Z&X-Amz-Expires=604800&X-Amz-SignedHeaders=host&X-Amz-Security-Token=FwoGZXIvYXdzEXAMPLE"
                + "%2F%2F%2F%2F%2F%2F%2F%2F%2F%2FwEaDK%2Btoken%3D%3D&X-Amz-Signature=539a8c13d09ffe264d012f"
                + "d780c9c75b6c0ab63ca8de89f0fee0c1fe4bba36cc"),
        OracleCase(
            name: "S3, presigned upload with a type", form: .query, method: "PUT",
            path: "/key", query: "", host: "bucket.s3.amazonaws.com", headers: [("Content-Type", "image/png")],
            body: "", service: "s3", region: "us-east-1", hasToken: false, lifetime: 900,
            expected: "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIDORACLE00000000001%2F20231117%2Fus-"
                + "east-1%2Fs3%2Faws4_request&X-Amz-Date=20231117T221317Z&X-Amz-Expires=900&X-Amz-SignedHea"
                + "ders=content-type%3Bhost&X-Amz-Signature=1bdcb5adff4864437596645c86569c9d76e631c3b1d4f27"
                + "3bd8cacab0b8871d5"),
        OracleCase(
            name: "another service, presigned", form: .query, method: "GET",
            path: "/2015-03-31/functions/", query: "", host: "lambda.us-east-1.amazonaws.com", headers: [],
            body: "", service: "lambda", region: "us-east-1", hasToken: false, lifetime: 900,
            expected: "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIDORACLE00000000001%2F20231117%2Fus-"
                + "east-1%2Flambda%2Faws4_request&X-Amz-Date=20231117T221317Z&X-Amz-Expires=900&X-Amz-Signe"
                + "dHeaders=host&X-Amz-Signature=c672baa0a6311b4fcb07f4c57eb31df9b2daa2a3ce249f006126132f56"
                + "655b83"),
        OracleCase(
            name: "version 2, presigned", form: .version2Query, method: "GET",
            path: "/bucket/photos/cat%20and%20dog.jpg", query: "", host: "s3.amazonaws.com", headers: [],
            body: "", service: "s3", region: "us-east-1", hasToken: false, lifetime: 900,
            expected: "AWSAccessKeyId=AKIDORACLE00000000001&Signature=0DAdDB360LuUQaZWVOMGO3%2BSCME%3D&Expires="
                + "1700260097"),
        OracleCase(
            name: "version 2, presigned, the bucket in the host", form: .version2Query, method: "GET",
            path: "/key", query: "", host: "bucket.s3.amazonaws.com", headers: [],
            body: "", service: "s3", region: "us-east-1", hasToken: false, lifetime: 900,
            expected: "AWSAccessKeyId=AKIDORACLE00000000001&Signature=ac%2FPfejfa9kGOaZYxv%2BX7zrWv00%3D&Expire"
                + "s=1700260097"),
        OracleCase(
            name: "version 2, presigned with a session token and subresources", form: .version2Query, method: "GET",
            path: "/bucket/key", query: "versionId=abc%2F1&response-content-type=text%2Fplain&other=1",
            host: "s3.amazonaws.com", headers: [],
            body: "", service: "s3", region: "us-east-1", hasToken: true, lifetime: 900,
            expected: "versionId=abc%2F1&response-content-type=text%2Fplain&other=1&AWSAccessKeyId=AKIDORACLE00"
                + "000000001&Signature=%2FBKryLGvQvtlV2F5SeAJJOtfOCw%3D&x-amz-security-token=FwoGZXIvYXdzEX"
                + "AMPLE%2F%2F%2F%2F%2F%2F%2F%2F%2F%2FwEaDK%2Btoken%3D%3D&Expires=1700260097"),
        OracleCase(
            name: "version 2, presigned upload with type and metadata", form: .version2Query, method: "PUT",
            path: "/bucket/key", query: "", host: "s3.amazonaws.com",
            headers: [("Content-Type", "image/png"), ("x-amz-meta-a", "b")],
            body: "", service: "s3", region: "us-east-1", hasToken: false, lifetime: 900,
            expected: "AWSAccessKeyId=AKIDORACLE00000000001&Signature=Y0q3WufQZ8GJlZ98QoNqb%2FzHPm4%3D&content-"
                + "type=image%2Fpng&x-amz-meta-a=b&Expires=1700260097"),
        OracleCase(
            name: "version 2 in a header", form: .version2Header, method: "PUT",
            path: "/bucket/key", query: "acl", host: "s3.amazonaws.com",
            headers: [
                ("Content-Type", "text/plain"), ("x-amz-acl", "public-read"),
                ("Content-MD5", "1B2M2Y8AsgTpgAmY7PhCfg=="),
            ],
            body: "", service: "s3", region: "us-east-1", hasToken: false, lifetime: 0,
            expected: "AWS AKIDORACLE00000000001:OSaETkfgh3iGHcVcQumuVsUoPIA="),
    ]
}
