import Testing

@testable import AWSSigning

/// Signing and verifying give what AWS's own SDK gives.
@Suite struct OracleTests {
    @Test(arguments: OracleCase.all.filter { $0.form == .header })
    func signsInTheHeader(_ oracle: OracleCase) {
        let request = oracle.request
        let signed = SignatureV4.sign(
            request, payload: .of(oracle.body.utf8), credentials: oracle.credentials, region: oracle.region,
            service: oracle.service, date: OracleCase.date)
        #expect(signed.headers.last?.value == oracle.expected)
    }

    @Test(arguments: OracleCase.all.filter { $0.form == .query })
    func presigns(_ oracle: OracleCase) {
        // Services other than S3 sign the body of a presigned request, which is empty.
        let query = SignatureV4.presign(
            oracle.request, lifetime: oracle.lifetime, payload: oracle.service == "s3" ? .unsigned : .empty,
            credentials: oracle.credentials, region: oracle.region, service: oracle.service, date: OracleCase.date)
        #expect(query.split(separator: "&").sorted() == oracle.expected.split(separator: "&").sorted())
    }

    @Test(arguments: OracleCase.all.filter { $0.form == .version2Query && $0.headers.isEmpty })
    func presignsInVersion2(_ oracle: OracleCase) {
        let query = SignatureV2.presign(
            oracle.request,
            expiry: SigningDate(secondsSinceEpoch: OracleCase.date.secondsSinceEpoch + oracle.lifetime),
            credentials: oracle.credentials, bucketInHost: oracle.bucketInHost)
        #expect(query.split(separator: "&").sorted() == oracle.expected.split(separator: "&").sorted())
    }

    @Test(arguments: OracleCase.all)
    func verifies(_ oracle: OracleCase) throws {
        let request = oracle.received
        let signature = try #require(try SignatureV4.parse(request))
        #expect(signature.form == oracle.form)
        #expect(signature.accessKeyID == oracle.credentials.accessKeyID)
        #expect(signature.sessionToken == oracle.credentials.sessionToken)
        try signature.verify(
            request, secretAccessKey: OracleCase.secret, now: OracleCase.date, bodyHash: .of(oracle.body.utf8),
            bucketInHost: oracle.bucketInHost)
    }

    @Test(arguments: OracleCase.all)
    func refusesAnotherSecretMethodPathAndHost(_ oracle: OracleCase) throws {
        let request = oracle.received
        let signature = try #require(try SignatureV4.parse(request))
        func isRefused(_ request: SignableRequest, secret: String = OracleCase.secret) -> Bool {
            do throws(SignatureError) {
                try signature.verify(
                    request, secretAccessKey: secret, now: OracleCase.date, bodyHash: .of(oracle.body.utf8),
                    bucketInHost: oracle.bucketInHost)
                return false
            } catch {
                if case .mismatch = error { return true }
                return false
            }
        }
        #expect(isRefused(request, secret: "another"))
        var changed = request
        changed.method = "DELETE"
        #expect(isRefused(changed))
        changed = request
        changed.path += "x"
        #expect(isRefused(changed))
        if signature.scope != nil {
            changed = request
            changed.headers[0].value = "elsewhere.example.com"
            #expect(isRefused(changed))
            changed = request
            changed.query += changed.query.isEmpty ? "x=1" : "&x=1"
            #expect(isRefused(changed))
        }
    }
}

extension OracleCase {
    var request: SignableRequest {
        SignableRequest(method: method, path: path, query: query, headers: [("Host", host)] + headers)
    }

    var bucketInHost: String? { host == "bucket.s3.amazonaws.com" ? "bucket" : nil }

    /// The request as a server receives it.
    var received: SignableRequest {
        var request = request
        switch form {
        case .header, .version2Header:
            request.headers.append(("Authorization", expected))
            if form == .header {
                request.headers.append(("X-Amz-Date", Self.date.timestamp))
            } else {
                request.headers.append(("Date", "Fri, 17 Nov 2023 22:13:17 GMT"))
            }
            if let token = credentials.sessionToken { request.headers.append(("X-Amz-Security-Token", token)) }
            if service == "s3", form == .header {
                request.headers.append(("X-Amz-Content-Sha256", PayloadHash.of(body.utf8).headerValue))
            }
        case .query, .version2Query: request.query = expected
        }
        return request
    }
}
