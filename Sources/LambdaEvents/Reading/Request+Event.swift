import JSONValue

extension Request {
    /// Reads the request out of an HTTP event.
    ///
    /// - Throws: ``HTTPError`` 400 where the event does not have the shape of its kind.
    init(_ event: EventDocument, kind: EventKind) throws(HTTPError) {
        switch kind {
        case .httpV1: try self.init(restAPI: event.value)
        case .bareHTTP: try self.init(bare: event.value)
        default: try self.init(httpAPI: event.value)
        }
        let isBase64 = event.value["isBase64Encoded"]?.bool ?? false
        let body: [UInt8]?
        do {
            body = try event.body(isBase64: isBase64) ?? (kind == .bareHTTP ? event.structuredBody : nil)
        } catch {
            throw HTTPError(400, "InvalidEvent", "The event is not valid JSON: \(error.reason).")
        }
        guard let body else {
            throw HTTPError(400, "InvalidBody", "The body is not \(isBase64 ? "valid base64" : "a string").")
        }
        self.body = body
    }

    private init(httpAPI event: JSONValue) throws(HTTPError) {
        let context = event["requestContext"]
        let http = context?["http"]
        guard let method = http?["method"]?.string, let sent = event["rawPath"]?.string ?? http?["path"]?.string else {
            throw HTTPError(400, "InvalidEvent", "The event has no method or no path.")
        }
        let domain = context?["domainName"]?.string ?? ""
        let stage = context?["stage"]?.string
        var headers = Headers(event: event["headers"])
        // Parts written by hand may lack rawQueryString; a gateway always sends it.
        let query = event["rawQueryString"]?.string
        try self.init(
            method: method, path: Self.withoutStage(sent, stage: stage, domain: domain), query: query ?? "",
            headers: headers, origin: Self.isHost(domain, of: "lambda-url") ? .functionURL : .httpAPI)
        if query == nil {
            queryItems = QueryItems(event: event["queryStringParameters"])
            rawQuery = queryItems.encoded
        }
        if let sent = event["cookies"]?.array {
            cookies = sent.compactMap(\.string).flatMap(Cookie.pairs)
            headers["Cookie"] = nil
            self.headers = headers
        }
        sourceIP = http?["sourceIp"]?.string
        userAgent = http?["userAgent"]?.string ?? userAgent
        requestID = context?["requestId"]?.string
        self.stage = stage
        authorizer = context?["authorizer"] ?? .null
    }

    /// On the gateway's own host name a named stage is the first segment of the path; behind a custom one it is not.
    private static func withoutStage(_ path: String, stage: String?, domain: String) -> String {
        guard let stage, stage != "$default", domain.isEmpty || isHost(domain, of: "execute-api") else { return path }
        if path == "/" + stage { return "/" }
        return path.hasPrefix("/\(stage)/") ? String(path.dropFirst(stage.count + 1)) : path
    }

    /// Whether a host name is one that a service of AWS gives out: `abcd.execute-api.eu-west-1.amazonaws.com`.
    private static func isHost(_ domain: String, of service: Substring) -> Bool {
        domain.split(separator: ".", omittingEmptySubsequences: false).dropFirst().dropLast().contains(service)
    }

    private init(restAPI event: JSONValue) throws(HTTPError) {
        let context = event["requestContext"]
        guard let method = event["httpMethod"]?.string, let path = event["path"]?.string else {
            throw HTTPError(400, "InvalidEvent", "The event has no method or no path.")
        }
        var headers = Headers(event: event["multiValueHeaders"])
        if headers.fields.isEmpty { headers = Headers(event: event["headers"]) }
        try self.init(method: method, path: path, headers: headers, origin: .restAPI)
        queryItems = QueryItems(event: event["multiValueQueryStringParameters"])
        if queryItems.isEmpty { queryItems = QueryItems(event: event["queryStringParameters"]) }
        rawQuery = queryItems.encoded
        let identity = context?["identity"]
        sourceIP = identity?["sourceIp"]?.string
        userAgent = identity?["userAgent"]?.string ?? userAgent
        requestID = context?["requestId"]?.string
        stage = context?["stage"]?.string
        authorizer = context?["authorizer"] ?? .null
    }

    /// `method` and `path`; and, if wanted, `query` (text, or an object of texts and lists), `headers` (the same),
    /// `cookies` (a list of `name=value`), `sourceIp`, `body` (text; any other JSON is sent as JSON) and
    /// `isBase64Encoded`. A query may also stand in the path, behind `?`.
    private init(bare event: JSONValue) throws(HTTPError) {
        guard let method = event["method"]?.string, let target = event["path"]?.string else {
            throw HTTPError(400, "InvalidEvent", "The event has no method or no path.")
        }
        let mark = target.utf8.firstIndex(of: UInt8(ascii: "?"))
        let inPath = mark.map { String(target[target.utf8.index(after: $0)...]) }
        try self.init(
            method: method, path: mark.map { String(target[..<$0]) } ?? target,
            query: event["query"]?.string ?? inPath ?? "", headers: Headers(event: event["headers"]))
        if event["query"]?.object != nil {
            queryItems = QueryItems(event: event["query"])
            rawQuery = queryItems.encoded
        }
        cookies += (event["cookies"]?.array ?? []).compactMap(\.string).flatMap(Cookie.pairs)
        sourceIP = event["sourceIp"]?.string
    }
}

extension JSONValue {
    /// Names and values of an object whose values are texts, or lists of texts.
    fileprivate var pairs: [(String, String)] {
        (object ?? [:]).flatMap { key, value -> [(String, String)] in
            switch value {
            case .array(let list): list.compactMap { $0.string.map { (key, $0) } }
            case .string(let text): [(key, text)]
            case .number(let text): [(key, text)]
            case .bool(let flag): [(key, String(flag))]
            case .null, .object: []
            }
        }
    }
}

extension Headers {
    fileprivate init(event value: JSONValue?) { self.init(value?.pairs ?? []) }
}

extension QueryItems {
    fileprivate init(event value: JSONValue?) { self.init(value?.pairs ?? []) }
}
