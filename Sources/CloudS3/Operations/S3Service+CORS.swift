import CloudCore
import NIOHTTP1

extension S3Service {
    /// `OPTIONS /bucket/key`: a browser asks whether a page may send a request.
    func preflight(_ request: S3Request) throws -> CloudResponse {
        guard let origin = request.header("origin") else {
            throw ServiceError.s3(.badRequest, "Insufficient information. Origin request header needed.")
        }
        guard let method = request.header("access-control-request-method") else {
            throw ServiceError.s3(
                .badRequest, "Invalid Access-Control-Request-Method: null")
        }
        guard let cors = storage.catalog[request.bucketName]?.cors else {
            throw forbidden("CORSResponse: CORS is not enabled for this bucket.", method, request)
        }
        let wanted = request.http.headers[canonicalForm: "access-control-request-headers"].map(String.init)
        guard let rule = cors.rule(origin: origin, method: method, headers: wanted) else {
            throw forbidden(
                "CORSResponse: This CORS request is not allowed. This is usually because the evalution of Origin, "
                    + "request method / Access-Control-Request-Method or Access-Control-Request-Headers are not "
                    + "whitelisted by the resource's CORS spec.", method, request)
        }
        var headers = Self.headers(of: rule, origin: origin)
        if !wanted.isEmpty {
            headers.add(name: "Access-Control-Allow-Headers", value: wanted.joined(separator: ", ").lowercased())
        }
        return CloudResponse(status: 200, headers: headers)
    }

    private func forbidden(_ message: String, _ method: String, _ request: S3Request) -> ServiceError {
        .s3(
            .accessForbidden, message,
            ["Method": .string(method), "ResourceType": .string(request.key.isEmpty ? "BUCKET" : "OBJECT")])
    }

    /// Tells a browser that the page may see the answer, where the bucket's rules allow it.
    func addCORSHeaders(to response: inout CloudResponse, for request: S3Request) {
        guard let origin = request.header("origin"), request.operation != .preflightObject,
            let rule = storage.catalog[request.bucketName]?.cors?.rule(origin: origin, method: request.http.method)
        else { return }
        for (name, value) in Self.headers(of: rule, origin: origin) {
            response.headers.replaceOrAdd(name: name, value: value)
        }
    }

    private static func headers(of rule: CORSConfiguration.Rule, origin: String) -> HTTPHeaders {
        let isOpen = rule.allowedOrigins.contains("*")
        var headers: HTTPHeaders = [
            "Access-Control-Allow-Origin": isOpen ? "*" : origin,
            "Access-Control-Allow-Methods": rule.allowedMethods.joined(separator: ", "),
        ]
        if !isOpen { headers.add(name: "Access-Control-Allow-Credentials", value: "true") }
        if !rule.exposedHeaders.isEmpty {
            headers.add(name: "Access-Control-Expose-Headers", value: rule.exposedHeaders.joined(separator: ", "))
        }
        if let maxAge = rule.maxAge { headers.add(name: "Access-Control-Max-Age", value: String(maxAge)) }
        headers.add(
            name: "Vary", value: "Origin, Access-Control-Request-Headers, Access-Control-Request-Method")
        return headers
    }
}
