import CloudCore
import Digests
import Recognition
import Synchronization

/// Fixed answers for pictures that are known by name or by content: for tests that must come out the same whatever a
/// model makes of a picture, and on machines without models.
///
/// Rules are tried in their order; the first that fits a picture and says something of the operation decides. Pictures that
/// none fits are recognised.
public struct RecognitionRules: Sendable {
    let rules: [RecognitionRule]
    private let needsDigest: Bool

    /// No rules: every picture is recognised.
    public static let none = RecognitionRules([])

    init(_ rules: [RecognitionRule]) {
        self.rules = rules
        needsDigest = rules.contains { $0.sha256 != nil }
    }

    /// How many rules there are.
    public var count: Int { rules.count }

    /// The fixed answer to `DetectLabels`; nil where the picture is to be recognised.
    ///
    /// - Throws: the error that a rule demands.
    func labels(of source: ImageSource, bytes: [UInt8]) throws(ServiceError) -> FixedLabels? {
        try answer(source, bytes) { $0.labels }
    }

    /// The fixed answer to `DetectText`; nil where the picture is to be recognised.
    ///
    /// - Throws: the error that a rule demands.
    func text(of source: ImageSource, bytes: [UInt8]) throws(ServiceError) -> FixedText? {
        try answer(source, bytes) { $0.text }
    }

    private func answer<Answer>(
        _ source: ImageSource, _ bytes: [UInt8], _ part: (RecognitionRule) -> Answer?
    ) throws(ServiceError) -> Answer? {
        guard !rules.isEmpty else { return nil }
        let digest = needsDigest ? Hex.encode(Digest.of(bytes, .sha256)) : nil
        for rule in rules where rule.fits(source, digest) {
            if let error = rule.failure?.next() { throw error }
            if let answer = part(rule) { return answer }
        }
        return nil
    }
}

/// One rule.
struct RecognitionRule: Sendable {
    /// What the object's key must match; nil where any picture does.
    var object: Glob?
    /// What the bucket's name must match; nil where any does.
    var bucket: Glob?
    /// The SHA-256 of the picture's bytes, in lower-case hexadecimal digits; nil where any picture does.
    var sha256: String?
    /// The answer to `DetectLabels`, if the rule has one.
    var labels: FixedLabels?
    /// The answer to `DetectText`, if the rule has one.
    var text: FixedText?
    /// How the rule fails, if it does.
    var failure: FixedFailure?

    /// Whether the rule is for a picture. Bytes that came in a request have neither bucket nor key.
    func fits(_ source: ImageSource, _ digest: String?) -> Bool {
        if let sha256, sha256 != digest { return false }
        guard object != nil || bucket != nil else { return true }
        guard case .object(let name, let key, _) = source else { return false }
        return object?.matches(key) ?? true && bucket?.matches(name) ?? true
    }
}

/// A fixed answer to `DetectLabels`.
struct FixedLabels: Sendable, Equatable {
    var labels: [RecognizedLabel]
    /// How the picture looks; nil to have it measured.
    var properties: ImageProperties?
    /// `LabelModelVersion`; nil for the service's own.
    var modelVersion: String?
}

/// A fixed answer to `DetectText`.
struct FixedText: Sendable, Equatable {
    var detections: [TextDetection]
    /// `TextModelVersion`; nil for the service's own.
    var modelVersion: String?
}

/// An error that a rule demands, for good or for the first requests.
final class FixedFailure: Sendable {
    let error: ServiceError
    private let left: Mutex<Int?>

    /// - Parameter times: how often; nil for always.
    init(_ error: ServiceError, times: Int?) {
        self.error = error
        left = Mutex(times)
    }

    /// The error for the next request; nil where it has been demanded as often as it should.
    func next() -> ServiceError? {
        left.withLock { left in
            guard let count = left else { return error }
            guard count > 0 else { return nil }
            left = count - 1
            return error
        }
    }
}
