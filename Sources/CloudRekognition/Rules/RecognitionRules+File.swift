import CloudCore
import Foundation
import JSONValue

extension RecognitionRules {
    /// Reads rules from a file.
    ///
    /// - Throws: ``RecognitionRulesError`` with everything that is wrong, each with its line.
    public init(path: String) throws(RecognitionRulesError) {
        guard let bytes = FileManager.default.contents(atPath: path) else { throw .unreadable(path: path) }
        try self.init(parsing: bytes, path: path)
    }

    /// Reads rules from a text.
    ///
    /// - Parameter path: what the text is called in messages.
    /// - Throws: ``RecognitionRulesError``.
    public init(parsing bytes: some Collection<UInt8>, path: String = "rules") throws(RecognitionRulesError) {
        let document: JSONDocument
        do { document = try JSONDocument(parsing: bytes) } catch {
            throw .faulty(path: path, ["\(path):\(error.line): \(error)"])
        }
        let reader = RuleReader(document, path: path)
        reader.checkMembers(["rules"])
        let rules = reader.elements("rules", required: true).map(Self.rule)
        guard reader.faults.isEmpty else { throw .faulty(path: path, reader.faults) }
        self.init(rules)
    }

    private static func rule(_ reader: RuleReader) -> RecognitionRule {
        reader.checkMembers(["object", "bucket", "sha256", "DetectLabels", "DetectText", "error"])
        var rule = RecognitionRule()
        rule.object = reader.text("object").map { Glob($0) }
        rule.bucket = reader.text("bucket").map { Glob($0) }
        rule.sha256 = reader.text("sha256")
        if let digits = rule.sha256 {
            let isDigest =
                digits.utf8.count == 64
                && digits.utf8.allSatisfy { $0.isLetterOrDigit && ($0 < 0x40 || 0x61...0x66 ~= $0) }
            if !isDigest { reader.fault("sha256", "must be 64 hexadecimal digits in lower case") }
        }
        rule.labels = reader.structure("DetectLabels").map(FixedLabels.init)
        rule.text = reader.structure("DetectText").map(FixedText.init)
        rule.failure = reader.structure("error").map(failure)
        if rule.labels == nil, rule.text == nil, rule.failure == nil {
            reader.fault(nil, "says nothing: it needs 'DetectLabels', 'DetectText' or 'error'")
        }
        return rule
    }

    private static func failure(_ reader: RuleReader) -> FixedFailure {
        reader.checkMembers(["code", "message", "times"])
        let code = reader.text("code", required: true) ?? ""
        let error = RekognitionError(rawValue: code)
        if error == nil, !code.isEmpty {
            let known = RekognitionError.allCases.map(\.rawValue).joined(separator: ", ")
            reader.fault("code", "must be one of \(known)")
        }
        return FixedFailure(
            .rekognition(error ?? .internalServerError, reader.text("message")),
            times: reader.number("times", 1...1e6).map { Int($0) })
    }
}

/// Why rules cannot be used.
public enum RecognitionRulesError: Error, Sendable, Equatable, CustomStringConvertible {
    /// There is no such file, or it may not be read.
    case unreadable(path: String)
    /// The file is not what a file of rules must be; one sentence for each fault, with its line.
    case faulty(path: String, [String])

    /// The sentences.
    public var description: String {
        switch self {
        case .unreadable(let path): "The recognition rules \(path) cannot be read."
        case .faulty(_, let faults): faults.joined(separator: "\n")
        }
    }
}
