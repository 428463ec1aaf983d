import CloudCore
import NIOHTTP1

extension S3Service {
    /// An error as an `Error` document. Answers to HEAD have no body.
    func errorResponse(_ error: ServiceError, to http: CloudRequest, call: ServiceCall) -> CloudResponse {
        var headers: HTTPHeaders = ["Content-Type": "application/xml"]
        for (name, value) in error.headers { headers.replaceOrAdd(name: name, value: value) }
        guard http.method != "HEAD" else { return CloudResponse(status: error.status, headers: headers) }
        var writer = XMLWriter()
        writer.element("Error") { writer in
            writer.element("Code", error.code)
            writer.element("Message", error.message)
            for (name, value) in error.members {
                if case .string(let text) = value { writer.element(name, text) }
            }
            if error.members.isEmpty {
                writer.element("Resource", PercentEncoding.decode(http.path))
            }
            writer.element("RequestId", call.requestID)
            writer.element("HostId", hostID)
        }
        return CloudResponse(status: error.status, headers: headers, bytes: writer.bytes)
    }

    /// An answer with a document.
    func document(_ bytes: [UInt8], headers: HTTPHeaders = [:]) -> CloudResponse {
        var response = CloudResponse(status: 200, headers: headers, bytes: bytes)
        response.headers.replaceOrAdd(name: "Content-Type", value: "application/xml")
        return response
    }

    /// An answer with a document that is written here.
    func document(
        _ root: String, headers: HTTPHeaders = [:], _ content: (inout XMLWriter) -> Void
    ) -> CloudResponse {
        var writer = XMLWriter()
        writer.element(root, namespace: Self.namespace, content)
        return document(writer.bytes, headers: headers)
    }
}
