import CloudCore
import Digests
import NIOHTTP1

/// What a request's header fields say of its body: how it is framed, how long it is, and by what it can be checked.
struct PayloadDescription: Sendable {
    enum Framing: Sendable, Equatable {
        /// The body is the content.
        case plain
        /// `aws-chunked`.
        case chunked(isSigned: Bool, hasTrailer: Bool)
    }

    /// The largest object that one request may bring: 5 GiB.
    static let sizeLimit = 5 * 1024 * 1024 * 1024

    var framing: Framing
    /// Bytes of the content; nil where the request does not say.
    var length: Int?
    /// The MD5 that the content must have.
    var md5: [UInt8]?
    /// The SHA-256 that the body must have.
    var sha256: [UInt8]?
    /// The checksum that comes with the content.
    var checksum: ChecksumAlgorithm?
    /// Its value, in base64; nil where it comes in the trailer.
    var checksumValue: String?

    /// Reads the header fields.
    ///
    /// - Parameter requiresLength: whether a body of unknown length is refused, as uploads are.
    /// - Throws: `InvalidDigest`, `InvalidRequest`, `InvalidArgument`, `EntityTooLarge`, `MissingContentLength`.
    init(of headers: HTTPHeaders, requiresLength: Bool = true) throws(ServiceError) {
        framing = .plain
        if let payload = headers.first(name: "x-amz-content-sha256") {
            switch payload {
            case "UNSIGNED-PAYLOAD": break
            case "STREAMING-UNSIGNED-PAYLOAD-TRAILER": framing = .chunked(isSigned: false, hasTrailer: true)
            case "STREAMING-AWS4-HMAC-SHA256-PAYLOAD": framing = .chunked(isSigned: true, hasTrailer: false)
            case "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER": framing = .chunked(isSigned: true, hasTrailer: true)
            default:
                guard let digest = Hex.decode(payload), digest.count == DigestAlgorithm.sha256.byteCount else {
                    throw .invalidArgument(
                        "x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-UNSIGNED-PAYLOAD-TRAILER, "
                            + "STREAMING-AWS4-HMAC-SHA256-PAYLOAD, STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER or a "
                            + "valid sha256 value.", name: "x-amz-content-sha256", value: payload)
                }
                sha256 = digest
            }
        }
        try readLength(headers, isRequired: requiresLength)
        if let field = headers.first(name: "content-md5") {
            guard let digest = Base64.decode(field), digest.count == DigestAlgorithm.md5.byteCount else {
                throw .s3(.invalidDigest, members: ["Content-MD5": .string(field)])
            }
            md5 = digest
        }
        try readChecksum(headers)
    }

    private mutating func readLength(_ headers: HTTPHeaders, isRequired: Bool) throws(ServiceError) {
        let field: String?
        if case .chunked = framing {
            guard let decoded = headers.first(name: "x-amz-decoded-content-length") else {
                throw .s3(.missingContentLength)
            }
            field = decoded
        } else {
            field = headers.first(name: "content-length")
        }
        guard let field else {
            guard isRequired else { return }
            if headers.contains(name: "transfer-encoding") { throw .notImplemented(header: "Transfer-Encoding") }
            throw .s3(.missingContentLength)
        }
        guard let length = Int(field), length >= 0 else {
            throw .s3(.missingContentLength)
        }
        guard length <= Self.sizeLimit else {
            throw .s3(
                .entityTooLarge,
                members: ["ProposedSize": .string(field), "MaxSizeAllowed": .string(String(Self.sizeLimit))])
        }
        self.length = length
    }

    private mutating func readChecksum(_ headers: HTTPHeaders) throws(ServiceError) {
        let trailers = headers[canonicalForm: "x-amz-trailer"].map { $0.lowercased() }
        for algorithm in ChecksumAlgorithm.allCases {
            let isInTrailer = trailers.contains(algorithm.headerName)
            let value = headers.first(name: algorithm.headerName)
            guard isInTrailer || value != nil else { continue }
            guard checksum == nil else {
                throw .s3(
                    .invalidRequest,
                    "Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.")
            }
            if let value, !algorithm.isValue(value) { throw .invalidChecksum(algorithm) }
            checksum = algorithm
            checksumValue = value
        }
        if isTrailerExpected {
            guard case .chunked(_, hasTrailer: true) = framing else { throw .s3(.malformedTrailer) }
        }
        if checksum == nil, let name = headers.first(name: "x-amz-sdk-checksum-algorithm") {
            guard ChecksumAlgorithm(rawValue: name.uppercased()) != nil else {
                throw .s3(
                    .invalidRequest,
                    "Checksum algorithm provided is unsupported. Please try again with any of "
                        + "the valid types: [CRC32, CRC32C, CRC64NVME, SHA1, SHA256]")
            }
            throw .s3(
                .invalidRequest,
                "x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or x-amz-trailer "
                    + "headers were found.")
        }
    }

    /// Whether the checksum's value comes behind the content.
    var isTrailerExpected: Bool { checksum != nil && checksumValue == nil }
}

extension ServiceError {
    static func invalidChecksum(_ algorithm: ChecksumAlgorithm) -> ServiceError {
        .s3(.invalidRequest, "Value for \(algorithm.headerName) header is invalid.")
    }

    static func badChecksum(_ algorithm: ChecksumAlgorithm) -> ServiceError {
        .s3(.badDigest, "The \(algorithm.rawValue) you specified did not match the calculated checksum.")
    }
}
