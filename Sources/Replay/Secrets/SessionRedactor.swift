import Digests
import JSONValue

/// Turns what went over the wire into lines of a session's file, with references in place of secrets.
///
/// It sees the exchanges in the order in which their answers ended, so that a secret which came out of an answer is known
/// by the time that it goes into a request.
public struct SessionRedactor: Sendable {
    let names: SecretNames
    var known = KnownSecrets()
    private var passwords = 0
    private var givens = 0
    private(set) var exchanges = 0
    /// Longer texts of answers by where they stood: what a request presents as a token may be one of them, whatever name
    /// it had there.
    private var seen: [String: SecretReference] = [:]

    /// Texts of answers that are remembered.
    private static let seenLimit = 20_000
    /// Header fields that belong to a connection, or that the sender of a replay sets by itself.
    private static let connectionFields: Set<String> = [
        "connection", "content-length", "date", "expect", "keep-alive", "proxy-connection", "te", "trailer",
        "transfer-encoding", "upgrade",
    ]
    /// Fields that a signature brings with it.
    private static let signatureFields: Set<String> = [
        "authorization", "x-amz-date", "x-amz-security-token", "x-amz-content-sha256",
    ]

    /// A redactor for one session.
    ///
    /// - Parameter secretNames: names of members, fields and parameters that are secret here, beside the usual ones.
    public init(secretNames: [String] = []) { names = SecretNames(more: secretNames) }

    /// The line for an exchange.
    public mutating func record(_ observed: ObservedExchange) -> RecordedExchange {
        exchanges += 1
        let signing = Self.signing(of: observed)
        let target = targetText(observed.target)
        var requestHeaders: [RecordedExchange.Field] = []
        for (name, value) in observed.requestHeaders {
            let plain = name.lowercased()
            if Self.connectionFields.contains(plain) || signing != nil && Self.signatureFields.contains(plain) {
                continue
            }
            if plain == "host", Self.isPlainHost(value) { continue }
            requestHeaders.append((name, requestField(plain, value)))
        }
        let requestType = Self.mediaType(observed.requestHeaders)
        let requestBody = body(observed.requestBody, type: requestType, place: nil)
        var responseHeaders: [RecordedExchange.Field] = []
        for (name, value) in observed.responseHeaders {
            let plain = name.lowercased()
            if Self.connectionFields.contains(plain) { continue }
            responseHeaders.append((name, responseField(plain, value)))
        }
        let responseType = Self.mediaType(observed.responseHeaders)
        let responseBody = body(observed.responseBody, type: responseType, place: "/body")
        return RecordedExchange(
            number: exchanges, observed, target: target, requestHeaders: requestHeaders, requestBody: requestBody,
            signing: signing, responseHeaders: responseHeaders, responseBody: responseBody)
    }

    // MARK: References

    /// What stands for a secret that a caller sends.
    mutating func reference(_ value: String, _ name: String, _ kind: SecretNames.Kind, isNumber: Bool = false)
        -> SecretReference
    {
        if let reference = known[value] { return reference }
        let reference: SecretReference
        if let earlier = seen[value] {
            reference = earlier
        } else if kind == .password {
            passwords += 1
            let length = value.utf8.count
            reference = .password(number: passwords, length: (8...64).contains(length) ? nil : length)
        } else {
            givens += 1
            reference = .given(number: givens, name: name, isNumber: isNumber)
        }
        known.add(value, reference)
        return reference
    }

    /// What stands for a secret that comes out of this answer, or came from somewhere before.
    mutating func reference(_ value: String, at place: AnswerPlace) -> SecretReference {
        if let reference = known[value] { return reference }
        let reference = SecretReference.answer(exchange: exchanges, place: place)
        known.add(value, reference)
        return reference
    }

    /// Remembers what an answer says, in case a request presents it.
    mutating func see(_ value: String, at pointer: String) {
        guard (12...4096).contains(value.utf8.count), seen.count < Self.seenLimit, seen[value] == nil else { return }
        seen[value] = .answer(exchange: exchanges, place: AnswerPlace(pointer: pointer))
    }

    // MARK: Target and header fields

    private mutating func targetText(_ target: String) -> RecordedText {
        guard let mark = target.firstIndex(of: "?") else { return known.text(target) }
        let start = target.utf8.distance(from: target.startIndex, to: mark) + 1
        let query = String(target[target.index(after: mark)...])
        // The whole of a presigned query came out of one answer.
        if known[query] != nil { return known.text(target) }
        return known.text(target, named: parameters(query, at: start, place: nil, isForm: false))
    }

    /// The secrets among the parameters of a query or the fields of a form that is written as one.
    ///
    /// - Parameters:
    ///   - start: bytes in front of it.
    ///   - place: where it stands in an answer; nil in a request.
    mutating func parameters(_ query: String, at start: Int, place: String?, isForm: Bool) -> [KnownSecrets.Named] {
        var found: [KnownSecrets.Named] = []
        var offset = start
        for parameter in query.utf8.split(separator: UInt8(ascii: "&"), omittingEmptySubsequences: false) {
            defer { offset += parameter.count + 1 }
            guard let equals = parameter.firstIndex(of: UInt8(ascii: "=")) else { continue }
            let name = RecordedText.Encoding.percentDecoded(
                String(decoding: parameter[..<equals], as: UTF8.self), plusIsSpace: true)
            let raw = String(decoding: parameter[parameter.index(after: equals)...], as: UTF8.self)
            guard !raw.isEmpty, let kind = names.kind(of: name) else { continue }
            let decoded = RecordedText.Encoding.percentDecoded(raw, plusIsSpace: isForm)
            // As it was written, if that is one of the ways in which it can be written again.
            let encoding = RecordedText.Encoding.allCases.first { $0 != .json && $0.apply(to: decoded) == raw }
            let value = encoding == nil ? raw : decoded
            let reference =
                if let place {
                    reference(value, at: AnswerPlace(pointer: place, query: .parameter(name)))
                } else {
                    reference(value, name, kind)
                }
            let end = offset + parameter.count
            found.append(
                KnownSecrets.Named(
                    range: (end - raw.utf8.count)..<end, reference: reference, encoding: encoding ?? .plain))
        }
        return found
    }

    private mutating func requestField(_ name: String, _ value: String) -> RecordedText {
        switch names.kind(of: name) {
        case .authorization: return authorization(value, name)
        case .cookies: return known.text(value, named: cookies(value))
        case .some(let kind): return RecordedText([.secret(reference(value, name, kind), .plain)])
        case nil:
            guard let mark = value.firstIndex(of: "?"), value.contains("://") else { return known.text(value) }
            let start = value.utf8.distance(from: value.startIndex, to: mark) + 1
            let query = String(value[value.index(after: mark)...])
            return known.text(value, named: parameters(query, at: start, place: nil, isForm: false))
        }
    }

    /// `Bearer …`: the scheme stays.
    mutating func authorization(_ value: String, _ name: String) -> RecordedText {
        let bytes = Array(value.utf8)
        let start = bytes.firstIndex(of: UInt8(ascii: " ")).map { $0 + 1 } ?? 0
        guard start < bytes.count else { return known.text(value) }
        let reference = reference(String(decoding: bytes[start...], as: UTF8.self), name, .token)
        return known.text(
            value, named: [.init(range: start..<bytes.count, reference: reference, encoding: .plain)])
    }

    /// The values of `a=1; b=2`.
    mutating func cookies(_ value: String) -> [KnownSecrets.Named] {
        var found: [KnownSecrets.Named] = []
        var offset = 0
        for pair in value.utf8.split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: false) {
            let end = offset + pair.count
            if let equals = pair.firstIndex(of: UInt8(ascii: "=")), pair.index(after: equals) < pair.endIndex {
                let text = String(decoding: pair[pair.index(after: equals)...], as: UTF8.self)
                let name = String(decoding: pair[..<equals], as: UTF8.self)
                found.append(
                    .init(
                        range: (end - text.utf8.count)..<end,
                        reference: reference(text, name.filter { $0 != " " }, .token), encoding: .plain))
            }
            offset = end + 1
        }
        return found
    }

    private mutating func responseField(_ name: String, _ value: String) -> RecordedText {
        if name == "set-cookie" { return setCookie(value, pointer: "/cookies/") }
        if case .some(let kind) = names.kind(of: name), kind != .code {
            return RecordedText([.secret(reference(value, at: AnswerPlace(pointer: "/headers/" + name)), .plain)])
        }
        see(value, at: "/headers/" + name)
        return answered(value, at: "/headers/" + name)
    }

    /// `name=value; Path=/`: the value is a secret unless the cookie is taken back.
    mutating func setCookie(_ value: String, pointer: String) -> RecordedText {
        let first = value.utf8.prefix { $0 != UInt8(ascii: ";") }
        guard let equals = first.firstIndex(of: UInt8(ascii: "=")) else { return known.text(value) }
        let content = String(decoding: first[first.index(after: equals)...], as: UTF8.self)
        guard !content.isEmpty else { return known.text(value) }
        let name = String(decoding: first[..<equals], as: UTF8.self)
        let reference = reference(content, at: AnswerPlace(pointer: pointer + name))
        let end = first.count
        return known.text(
            value,
            named: [.init(range: (end - content.utf8.count)..<end, reference: reference, encoding: .plain)])
    }

    // MARK: What is read of the fields

    private static func signing(of observed: ObservedExchange) -> RecordedExchange.Signing? {
        guard let value = observed.requestHeaders.first(where: { $0.name.lowercased() == "authorization" })?.value,
            value.hasPrefix("AWS4-HMAC-SHA256 "), let credential = value.firstRange(of: "Credential=")
        else { return nil }
        let scope = value[credential.upperBound...].prefix { $0 != "," && $0 != " " }.split(separator: "/")
        guard scope.count >= 5, scope.last == "aws4_request" else { return nil }
        return .init(service: String(scope[scope.count - 2]), region: String(scope[scope.count - 3]))
    }

    /// Hosts by which no API is told from another.
    private static func isPlainHost(_ value: String) -> Bool {
        let name = value.hasPrefix("[") ? value.prefix { $0 != "]" } + "]" : value.prefix { $0 != ":" }
        return ["localhost", "127.0.0.1", "[::1]", "0.0.0.0"].contains(name.lowercased())
    }

    private static func mediaType(_ fields: [(name: String, value: String)]) -> MediaType {
        MediaType(fields.first { $0.name.lowercased() == "content-type" }?.value ?? "")
    }
}
