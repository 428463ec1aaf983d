import CloudCore
import JSONValue
import Recognition

/// Amazon Rekognition (API version 2016-06-27): labels and text of pictures, recognised on this machine.
///
/// Speaks JSON 1.1. What is not offered says so; see ``UnservedOperation``. Nothing is stored.
public final class RekognitionService: CloudService {
    /// An operation: input in, output out.
    typealias Operation = @Sendable (RekognitionService, JSONObject) async throws -> JSONObject

    /// Every operation that is served.
    static let operations: [String: Operation] = [
        "DetectLabels": { try await $0.detectLabels($1) },
        "DetectText": { try await $0.detectText($1) },
    ]

    /// Bytes that a request may have: the largest picture in base64, and its parameters.
    static let requestLimit = (RekognitionLimits.imageBytes + 2) / 3 * 4 + 256 * 1024

    /// By what the edge knows which requests are this service's.
    public let address = ServiceAddress(
        name: "rekognition", signingNames: ["rekognition"], targetPrefixes: ["RekognitionService"])

    let recognizer: any PictureRecognizer
    let objects: any ObjectReader
    let rules: RecognitionRules
    private let gate: RequestGate

    /// The service.
    ///
    /// - Parameters:
    ///   - recognizer: what looks at pictures.
    ///   - objects: where pictures come from that are named by bucket and key.
    ///   - rules: pictures whose answers are fixed.
    ///   - capacity: how much is taken on at a time.
    public init(
        recognizer: any PictureRecognizer, objects: any ObjectReader, rules: RecognitionRules = .none,
        capacity: RequestCapacity = RequestCapacity()
    ) {
        self.recognizer = recognizer
        self.objects = objects
        self.rules = rules
        gate = RequestGate(capacity: capacity)
    }

    /// Ends recognition: a program must not end in the middle of it.
    public func stop() async { await recognizer.stop() }

    /// Answers a request of the JSON 1.1 protocol.
    public func respond(to request: CloudRequest, call: ServiceCall) async -> CloudResponse {
        do {
            let name = AWSJSON.operation(of: request) ?? ""
            guard let operation = Self.operations[name] else { throw UnservedOperation.error(for: name) }
            // Room is taken before the body is read: pictures are what memory goes to.
            let size = min(request.contentLength ?? Self.requestLimit, Self.requestLimit)
            let output = try await gate.admit(bytes: max(0, size)) {
                try await operation(self, try await AWSJSON.input(of: request, limit: Self.requestLimit))
            }
            return AWSJSON.response(.object(output), version: .v1_1, requestID: call.requestID)
        } catch {
            return response(to: RekognitionError.serviceError(for: error), for: request, call: call)
        }
    }

    /// Runs the work on one picture when its turn has come.
    func inTurn<Result: Sendable>(_ work: @Sendable () async throws -> Result) async throws -> Result {
        try await gate.inTurn(work)
    }
}
