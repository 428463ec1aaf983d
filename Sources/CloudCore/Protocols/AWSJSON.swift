import Digests
import JSONValue
import NIOCore
import NIOHTTP1

/// The JSON protocols 1.0 and 1.1: `POST /`, the operation in `X-Amz-Target`, JSON in and out.
public enum AWSJSON {
    /// Which of the two; they differ in the content type.
    public enum Version: String, Sendable {
        /// `application/x-amz-json-1.0`: DynamoDB, SQS.
        case v1_0 = "application/x-amz-json-1.0"
        /// `application/x-amz-json-1.1`: CloudWatch Logs, EventBridge, Cognito, Rekognition.
        case v1_1 = "application/x-amz-json-1.1"
    }

    /// The name behind the dot of `X-Amz-Target`; nil where the field is missing.
    public static func operation(of request: CloudRequest) -> String? {
        guard let target = request.header("x-amz-target"), let dot = target.lastIndex(of: ".") else { return nil }
        return String(target[target.index(after: dot)...])
    }

    /// Reads the input of an operation; an empty body is an empty object.
    ///
    /// - Throws: ``ServiceError`` `SerializationException` for what is no JSON object, `RequestEntityTooLargeException`
    ///   past the limit.
    public static func input(of request: CloudRequest, limit: Int) async throws -> JSONObject {
        let bytes: ByteBuffer
        do {
            bytes = try await request.body.collect(upTo: limit)
        } catch RequestBodyError.tooLarge {
            throw ServiceError(
                "RequestEntityTooLargeException", "The request is larger than \(limit) bytes.", status: 413)
        } catch {
            throw ServiceError("SerializationException", "The request ended before its body was complete.")
        }
        guard bytes.readableBytes > 0 else { return [:] }
        do {
            guard case .object(let input) = try JSONValue(parsing: bytes.readableBytesView) else {
                throw ServiceError("SerializationException", "Start of structure or map found where not expected.")
            }
            return input
        } catch let error as JSONSyntaxError {
            throw ServiceError("SerializationException", "The request is not valid JSON: \(error).")
        }
    }

    /// An answer with its output.
    public static func response(
        _ output: JSONValue, version: Version, requestID: String, checksum: Bool = false
    ) -> CloudResponse {
        response(bytes: output.encoded(), status: 200, version: version, requestID: requestID, checksum: checksum)
    }

    /// An answer whose body is written already.
    ///
    /// - Parameter checksum: adds `X-Amz-Crc32` of the body, as DynamoDB does.
    public static func response(
        bytes: [UInt8], status: Int, version: Version, requestID: String, checksum: Bool = false
    ) -> CloudResponse {
        var headers: HTTPHeaders = ["x-amzn-RequestId": requestID, "Content-Type": version.rawValue]
        if checksum {
            var crc = CyclicRedundancyCheck.crc32
            crc.update(bytes)
            headers.add(name: "x-amz-crc32", value: String(crc.value))
        }
        return CloudResponse(status: status, headers: headers, body: .bytes(ByteBuffer(bytes: bytes)))
    }

    /// An answer that says an error.
    ///
    /// - Parameter namespace: what stands before `#` in `__type`, for services that write one.
    public static func response(
        error: ServiceError, version: Version, requestID: String, namespace: String? = nil, checksum: Bool = false
    ) -> CloudResponse {
        var body = JSONObject()
        body["__type"] = .string(namespace.map { "\($0)#\(error.code)" } ?? error.code)
        // The member's case differs between shapes; SDKs read either, so an error that brings its own keeps it.
        if !error.members.contains("Message") { body["message"] = .string(error.message) }
        for (name, value) in error.members { body[name] = value }
        var response = response(
            bytes: JSONValue.object(body).encoded(), status: error.status, version: version, requestID: requestID,
            checksum: checksum)
        if let queryCode = error.queryCode {
            response.headers.add(
                name: "x-amzn-query-error", value: "\(queryCode);\(error.isSenderFault ? "Sender" : "Receiver")")
        }
        for (name, value) in error.headers { response.headers.replaceOrAdd(name: name, value: value) }
        return response
    }
}
