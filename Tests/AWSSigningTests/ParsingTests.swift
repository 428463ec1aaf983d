import Testing

@testable import AWSSigning

@Suite struct ParsingTests {
    private let now = SigningDate(secondsSinceEpoch: 1_440_938_160)
    private let credential = "AKIDEXAMPLE/20150830/us-east-1/s3/aws4_request"

    private func parse(query: String = "", _ headers: SignableRequest.Header...) throws -> ReceivedSignature? {
        try SignatureV4.parse(method: "GET", path: "/", query: query, headers: headers)
    }

    @Test func requestsWithoutASignatureHaveNone() throws {
        #expect(try parse() == nil)
        #expect(try parse(query: "prefix=a&Signature", ("Authorization", "Bearer abc")) == nil)
        #expect(try parse(query: "Signature=1") == nil)
    }

    @Test(arguments: [
        ("AWS4-HMAC-SHA256 garbage", "missing equal-sign"),
        ("AWS4-HMAC-SHA256 Credential=a/20150830/b/c/aws4_request", "'Signature'"),
        ("AWS4-HMAC-SHA256 Credential=a/20150830/b/c/aws4_request, Signature=1", "'SignedHeaders'"),
        ("AWS4-HMAC-SHA256 Credential=a/b/c, SignedHeaders=host, Signature=1", "5 slash-delimited"),
        ("AWS4-HMAC-SHA256 Credential=a/20150829/b/c/aws4_request, SignedHeaders=host, Signature=1", "does not match"),
        ("AWS onlykey", "Expected AwsAccessKeyId:signature"),
    ])
    func saysWhatIsWrongWithAHeader(_ authorization: String, _ reason: String) {
        #expect {
            try parse(("Authorization", authorization), ("X-Amz-Date", "20150830T123600Z"))
        } throws: { error in
            guard case .malformed(let text) = error as? SignatureError else { return false }
            return text.contains(reason)
        }
    }

    @Test func refusesUnknownSchemes() {
        #expect(throws: SignatureError.unsupportedAlgorithm("AWS4-ECDSA-P256-SHA256")) {
            try parse(("Authorization", "AWS4-ECDSA-P256-SHA256 Credential=a"))
        }
        #expect(throws: SignatureError.unsupportedAlgorithm("AWS4-X")) {
            try parse(query: "X-Amz-Algorithm=AWS4-X&X-Amz-Signature=1")
        }
    }

    @Test func wantsADate() {
        #expect {
            try parse(("Authorization", "AWS4-HMAC-SHA256 Credential=\(credential), SignedHeaders=host, Signature=1"))
        } throws: { "\($0)".contains("'X-Amz-Date'") }
    }

    @Test func takesTheDateHeaderToo() throws {
        let signature = try parse(
            ("Authorization", "AWS4-HMAC-SHA256 Credential=\(credential),SignedHeaders=host,Signature=1"),
            ("Date", "Sun, 30 Aug 2015 12:36:00 GMT"))
        #expect(signature?.date == now)
        #expect(signature?.scope?.description == "20150830/us-east-1/s3/aws4_request")
    }

    @Test func accessKeysMayHoldSlashes() throws {
        let signature = try parse(
            ("Authorization", "AWS4-HMAC-SHA256 Credential=a/b/\(credential), SignedHeaders=host, Signature=1"),
            ("X-Amz-Date", "20150830T123600Z"))
        #expect(signature?.accessKeyID == "a/b/AKIDEXAMPLE")
    }

    @Test(arguments: ["604801", "-1", "abc", ""])
    func refusesLifetimesThatAreNone(_ expires: String) {
        let query =
            "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIDEXAMPLE%2F20150830%2Fus-east-1%2Fs3%2Faws4_request"
            + "&X-Amz-Date=20150830T123600Z&X-Amz-SignedHeaders=host&X-Amz-Signature=1&X-Amz-Expires=\(expires)"
        #expect { try parse(query: query) } throws: { "\($0)".contains("X-Amz-Expires") }
    }

    @Test func timeDecides() throws {
        let header = ReceivedSignature(
            form: .header, accessKeyID: "a", scope: CredentialScope(date: now, region: "r", service: "s"),
            signedHeaders: ["host"], signature: "", date: now)
        func moved(_ seconds: Int) -> SigningDate {
            SigningDate(secondsSinceEpoch: now.secondsSinceEpoch + seconds)
        }
        try header.verifyTime(now: moved(900))
        try header.verifyTime(now: moved(-900))
        for seconds in [901, -901] {
            #expect(throws: SignatureError.skewed(requestTime: now, now: moved(seconds), allowedSeconds: 900)) {
                try header.verifyTime(now: moved(seconds))
            }
        }
        var presigned = header
        presigned.form = .query
        presigned.expiry = moved(3600)
        try presigned.verifyTime(now: moved(3600))
        #expect(throws: SignatureError.expired(expiry: moved(3600), now: moved(3601))) {
            try presigned.verifyTime(now: moved(3601))
        }
        #expect(throws: SignatureError.skewed(requestTime: now, now: moved(-901), allowedSeconds: 900)) {
            try presigned.verifyTime(now: moved(-901))
        }
    }

    @Test func hostAndAmazonHeadersMustBeSigned() throws {
        let credentials = Credentials(accessKeyID: "a", secretAccessKey: "b")
        var request = SignableRequest(method: "GET", path: "/", headers: [("Host", "h")])
        let signed = SignatureV4.sign(
            request, payload: .empty, credentials: credentials, region: "r", service: "s3", date: now)
        request.headers += signed.headers
        let signature = try #require(try SignatureV4.parse(request))
        try signature.verify(request, secretAccessKey: "b", now: now)
        request.headers.append(("X-Amz-Acl", "public-read"))
        #expect(throws: SignatureError.headersNotSigned(["x-amz-acl"])) {
            try signature.verify(request, secretAccessKey: "b", now: now)
        }
        var hostless = signature
        hostless.signedHeaders.removeAll { $0 == "host" }
        #expect(throws: SignatureError.headersNotSigned(["host"])) {
            try hostless.verify(request, secretAccessKey: "b", now: now)
        }
    }

    @Test func secretsAppearInNoDescription() {
        let credentials = Credentials(accessKeyID: "AKID", secretAccessKey: "hidden", sessionToken: "hidden")
        let key = SigningKey(
            secretAccessKey: "hidden", scope: CredentialScope(date: now, region: "r", service: "s"))
        var dumped = ""
        dump((credentials, key), to: &dumped)
        for text in ["\(credentials)", String(reflecting: credentials), "\(key)", dumped] {
            #expect(!text.contains("hidden"))
        }
        #expect("\(credentials)".contains("AKID"))
    }

    @Test func theCacheGivesTheSameKeys() {
        let cache = SigningKeyCache(capacity: 2)
        for round in 0..<3 {
            for day in 1...4 {
                let scope = CredentialScope(day: "2015083\(day)", region: "r", service: "s")
                let key = cache.key(secretAccessKey: "x", scope: scope)
                #expect(key == SigningKey(secretAccessKey: "x", scope: scope), "round \(round)")
            }
        }
    }
}
