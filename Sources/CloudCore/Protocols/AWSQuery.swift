import NIOCore
import NIOHTTP1

/// The query protocol: a form with the operation in `Action` and members in dotted names, answered with XML.
///
/// SQS spoke it before JSON and still does; SNS, STS and IAM speak nothing else.
public enum AWSQuery {
    /// Reads the parameters of a request: those of the query and, for a form, those of the body.
    ///
    /// - Throws: ``ServiceError`` for a body that is too large or broken off.
    public static func parameters(of request: CloudRequest, limit: Int) async throws(ServiceError) -> QueryParameters {
        var items = request.queryItems.items
        let bytes: ByteBuffer
        do {
            bytes = try await request.body.collect(upTo: limit)
        } catch RequestBodyError.tooLarge {
            throw ServiceError(
                "RequestEntityTooLarge", "The request is larger than \(limit) bytes.", status: 413)
        } catch {
            throw ServiceError("IncompleteBody", "The request ended before its body was complete.")
        }
        if bytes.readableBytes > 0 {
            let form = QueryItems(parsing: String(decoding: bytes.readableBytesView, as: UTF8.self))
            items.append(contentsOf: form.items)
        }
        return QueryParameters(items)
    }

    /// An answer: `<ActionResponse>` with its result, if it has one, and the request's identifier.
    public static func response(
        to action: String, namespace: String, requestID: String, result: ((inout XMLWriter) -> Void)?
    ) -> CloudResponse {
        var writer = XMLWriter()
        writer.element(action + "Response", namespace: namespace) { writer in
            if let result { writer.element(action + "Result", result) }
            writer.element("ResponseMetadata") { $0.element("RequestId", requestID) }
        }
        return response(writer, status: 200, requestID: requestID)
    }

    /// An answer that says an error.
    public static func response(error: ServiceError, namespace: String, requestID: String) -> CloudResponse {
        var writer = XMLWriter()
        writer.element("ErrorResponse", namespace: namespace) { writer in
            writer.element("Error") { writer in
                writer.element("Type", error.isSenderFault ? "Sender" : "Receiver")
                writer.element("Code", error.queryCode ?? error.code)
                writer.element("Message", printable(error.message))
                writer.emptyElement("Detail")
            }
            writer.element("RequestId", requestID)
        }
        var response = response(writer, status: error.status, requestID: requestID)
        for (name, value) in error.headers { response.headers.replaceOrAdd(name: name, value: value) }
        return response
    }

    /// Messages repeat what callers sent, also what no XML document can hold, not even as a reference.
    private static func printable(_ text: String) -> String {
        String(
            String.UnicodeScalarView(
                text.unicodeScalars.map { scalar in
                    scalar.value < 0x20 && scalar != "\t" && scalar != "\n" && scalar != "\r" ? "\u{FFFD}" : scalar
                }))
    }

    private static func response(_ writer: XMLWriter, status: Int, requestID: String) -> CloudResponse {
        CloudResponse(
            status: status, headers: ["x-amzn-RequestId": requestID, "Content-Type": "text/xml"],
            body: .bytes(ByteBuffer(bytes: writer.bytes)))
    }
}
