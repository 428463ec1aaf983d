import AWSSigning

extension AWSClient {
    /// Signs a request, and produces its streamed body while `body` runs.
    func withWire<Answer>(
        _ request: ServiceRequest, _ isIdempotent: Bool, _ body: (HTTPRequest) async throws -> Answer
    ) async throws -> Answer {
        let signed = sign(request, isRepeatable: isIdempotent)
        guard case .stream(let upload) = request.body, let signer = signed.signer,
            case .upload(let queue) = signed.request.body
        else { return try await body(signed.request) }
        let producer = Task { await ChunkedUpload.pump(upload, signer: signer, into: queue) }
        defer { producer.cancel() }
        return try await body(signed.request)
    }

    /// Addresses and signs a request.
    func sign(_ request: ServiceRequest, isRepeatable: Bool) -> (request: HTTPRequest, signer: ChunkSigner?) {
        let date = signingDate
        let credentials = configuration.credentials
        let payload: PayloadHash
        let body: WireBody
        var headers: [(name: String, value: String)] = [("Host", request.endpoint.authority)]
        headers += request.headers
        switch request.body {
        case .bytes(let bytes):
            payload = bytes.isEmpty ? .empty : .of(bytes)
            body = bytes.isEmpty ? .none : .bytes(bytes)
        case .stream(let upload):
            payload = .signedChunks(trailer: true)
            body = .upload(UploadQueue(length: ChunkedUpload.encodedLength(of: upload.length)))
            headers += [
                ("Content-Encoding", "aws-chunked"), ("X-Amz-Decoded-Content-Length", String(upload.length)),
                ("X-Amz-Trailer", "x-amz-checksum-crc32"),
            ]
        }
        let path = request.endpoint.basePath + request.path
        let signed = SignatureV4.sign(
            SignableRequest(method: request.method, path: path, query: request.query, headers: headers),
            payload: payload, credentials: credentials, region: configuration.region,
            service: request.service.signingName, date: date, keys: signingKeys)
        headers += signed.headers
        headers.append(("User-Agent", "aws-client-swift/1.0"))
        var signer: ChunkSigner?
        if payload.isChunked {
            let scope = CredentialScope(
                date: date, region: configuration.region, service: request.service.signingName)
            let key = signingKeys.key(secretAccessKey: credentials.secretAccessKey, scope: scope)
            signer = ChunkSigner(seed: signed.signature, key: key, date: date)
        }
        let wire = HTTPRequest(
            method: request.method, endpoint: request.endpoint, path: path, query: request.query, headers: headers,
            body: body, isRepeatable: isRepeatable)
        return (wire, signer)
    }

    /// Signs a request in its query and returns the whole address.
    func presign(_ request: ServiceRequest, lifetime: Duration) -> String {
        let path = request.endpoint.basePath + request.path
        let headers = [(name: "Host", value: request.endpoint.authority)] + request.headers
        let query = SignatureV4.presign(
            SignableRequest(method: request.method, path: path, query: request.query, headers: headers),
            lifetime: Int(lifetime.components.seconds), credentials: configuration.credentials,
            region: configuration.region, service: request.service.signingName, date: signingDate, keys: signingKeys)
        return "\(request.endpoint.isSecure ? "https" : "http")://\(request.endpoint.authority)\(path)?\(query)"
    }
}
