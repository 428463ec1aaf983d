import AWSSigning

/// A call of a service, before it is addressed and signed.
struct ServiceRequest: Sendable {
    var service: AWSService
    var method: String
    /// Where it goes; decided by the service's own rules of addressing.
    var endpoint: Endpoint
    /// Percent-encoded, without the endpoint's own path, with a slash in front.
    var path: String
    /// Percent-encoded; empty for none.
    var query = ""
    var headers: [(name: String, value: String)] = []
    var body: Payload = .bytes([])
    /// Whether it may be carried out twice without harm.
    var isIdempotent: Bool
    /// The most bytes that an answer may have.
    var responseLimit = 16 << 20

    /// How long nothing may move, for operations that take long to answer; nil leaves it to the transport's options.
    var stallTimeout: Duration?

    /// The body of a call.
    enum Payload: Sendable {
        case bytes([UInt8])
        /// Sent as `aws-chunked`, each chunk signed, with a CRC-32 behind the last.
        case stream(StreamedUpload)
    }

    /// Whether the body can be sent a second time.
    var isReplayable: Bool {
        switch body {
        case .bytes: true
        case .stream(let upload): upload.isReplayable
        }
    }
}
