extension Request {
    /// Whether the client holds this state already (`If-None-Match`), so that 304 is the answer. Only for `GET` and
    /// `HEAD`.
    public func isCurrent(_ tag: EntityTag) -> Bool {
        guard method == "GET" || method == "HEAD", let header = headers["If-None-Match"] else { return false }
        return header.trimmed() == "*" || EntityTag.list(in: header).contains { $0.matchesWeakly(tag) }
    }

    /// Which bytes the client wants of a body of `size` bytes (`Range`, unless `If-Range` names another state). Only for
    /// `GET`.
    public func byteRange(size: Int, tag: EntityTag?) -> ByteRange {
        guard method == "GET" else { return .whole }
        if let condition = headers["If-Range"] {
            // A date, too, is no tag of ours: then the whole is right in any case.
            guard let tag, let wanted = EntityTag(condition), wanted.matchesStrongly(tag) else { return .whole }
        }
        return ByteRange(header: headers["Range"], size: size)
    }
}

extension Response {
    /// Contents with a tag, or as little of them as the request makes do with: 304 where the client has them, 206 for a
    /// range, 416 for a range that there is not, else 200.
    ///
    /// - Parameter headers: fields for every one of these answers, such as `Cache-Control`.
    public static func contents(
        _ body: [UInt8], contentType: String, tag: EntityTag, headers: Headers = [:], for request: Request
    ) -> Response {
        var response = Response(headers: headers)
        response["ETag"] = tag.description
        if request.isCurrent(tag) {
            response.status = 304
            return response
        }
        response["Accept-Ranges"] = "bytes"
        switch request.byteRange(size: body.count, tag: tag) {
        case .whole:
            response.body = body
        case .part(let range):
            response.status = 206
            response["Content-Range"] = "bytes \(range.lowerBound)-\(range.upperBound - 1)/\(body.count)"
            response.body = Array(body[range])
        case .unsatisfiable:
            return HTTPError(
                416, "RangeNotSatisfiable", "The range lies outside of the \(body.count) bytes.",
                headers: ["Content-Range": "bytes */\(body.count)", "Accept-Ranges": "bytes"]
            ).response
        }
        response["Content-Type"] = contentType
        return response
    }
}
