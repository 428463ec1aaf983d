import Digests
import JSONValue

extension SessionRedactor {
    /// How deeply texts that are JSON themselves are gone into.
    private static let nestingLimit = 4

    /// A body for the file.
    ///
    /// - Parameter place: `/body` in an answer; nil in a request.
    mutating func body(_ body: ObservedExchange.Body, type: MediaType, place: String?) -> RecordedBody {
        switch body {
        case .leftOut(let length, let sha256): return .leftOut(length: length, sha256: sha256)
        case .bytes(let bytes):
            guard !bytes.isEmpty else { return .empty }
            // By what it is, not by what it is called: curl -d calls everything a form.
            if bytes.first(where: { $0 > 0x20 }).map({ $0 == UInt8(ascii: "{") || $0 == UInt8(ascii: "[") }) == true,
                let json = try? JSONValue(parsing: bytes)
            {
                return jsonBody(json, bytes, place: place)
            }
            var named: [KnownSecrets.Named] = []
            if type.isForm, let text = String(validating: bytes, as: UTF8.self) {
                named = parameters(text, at: 0, place: nil, isForm: true)
            } else if type.essence == "multipart/form-data", let boundary = type.boundary, place == nil {
                named = fields(of: bytes, boundary: boundary)
            }
            if let text = String(validating: bytes, as: UTF8.self), !bytes.contains(0) {
                return .text(place == nil ? known.text(text, named: named) : answered(text, at: place ?? ""))
            }
            return .bytes(
                known.pieces(of: bytes, named: named).map { piece in
                    switch piece {
                    case .bytes(let range): .bytes(Array(bytes[range]))
                    case .secret(let reference, let encoding): .secret(reference, encoding)
                    }
                })
        }
    }

    /// JSON stays as it was written where nothing had to be left out of it.
    private mutating func jsonBody(_ json: JSONValue, _ bytes: [UInt8], place: String?) -> RecordedBody {
        var hasSecrets = false
        let value =
            place.map { answer(json, at: $0, name: nil, in: nil, depth: 0, &hasSecrets) }
            ?? request(json, name: nil, depth: 0, &hasSecrets)
        if !hasSecrets, json.encoded() != bytes {
            return .text(RecordedText(literal: String(decoding: bytes, as: UTF8.self)))
        }
        return .json(value)
    }

    // MARK: Requests

    private mutating func request(
        _ value: JSONValue, name: String?, depth: Int, _ hasSecrets: inout Bool
    ) -> JSONValue {
        let kind = name.flatMap { names.kind(of: $0) }
        switch value {
        case .array(let elements):
            return .array(elements.map { request($0, name: name, depth: depth, &hasSecrets) })
        case .object(var members):
            if let body = undone(members) {
                // The same event to its function, and one whose secrets can be replaced.
                members["body"] = .string(body)
                members["isBase64Encoded"] = false
            }
            var changed = JSONObject()
            for (name, value) in members {
                changed[noted(known.text(name), &hasSecrets)] = request(value, name: name, depth: depth, &hasSecrets)
            }
            return .object(changed)
        case .number(let digits) where kind == .code || kind == .password:
            hasSecrets = true
            return .string(
                RecordedText([.secret(reference(digits, name ?? "", .code, isNumber: true), .plain)]).text)
        case .string(let text):
            return .string(noted(requestText(text, name ?? "", kind, depth: depth, &hasSecrets), &hasSecrets))
        case .null, .bool, .number: return value
        }
    }

    private mutating func requestText(
        _ text: String, _ name: String, _ kind: SecretNames.Kind?, depth: Int, _ hasSecrets: inout Bool
    ) -> RecordedText {
        if text.isEmpty { return RecordedText([]) }
        switch kind {
        case .authorization: return authorization(text, name)
        case .cookies: return known.text(text, named: cookies(text))
        case .some(let kind): return RecordedText([.secret(reference(text, name, kind), .plain)])
        case nil:
            guard let inner = Self.nested(text, depth: depth) else {
                let named = name == "body" ? parameters(text, at: 0, place: nil, isForm: true) : []
                return known.text(text, named: named)
            }
            var innerHasSecrets = false
            let changed = request(inner, name: nil, depth: depth + 1, &innerHasSecrets)
            return innerHasSecrets ? Self.nestedText(changed) : known.text(text)
        }
    }

    /// The text of an HTTP event's body, where base64 hides that it is JSON or a form with secrets in it.
    private func undone(_ event: JSONObject) -> String? {
        guard event["isBase64Encoded"] == true, let bytes = event["body"]?.string.flatMap({ Base64.decode($0) }),
            let text = String(validating: bytes, as: UTF8.self)
        else { return nil }
        var trial = self
        var hasSecrets = false
        return trial.requestText(text, "body", nil, depth: 0, &hasSecrets).hasSecrets ? text : nil
    }

    // MARK: Answers

    private mutating func answer(
        _ value: JSONValue, at pointer: String, name: String?, in parent: JSONObject?, depth: Int,
        _ hasSecrets: inout Bool
    ) -> JSONValue {
        switch value {
        case .array(let elements):
            return .array(
                elements.enumerated().map {
                    answer($1, at: "\(pointer)/\($0)", name: name, in: nil, depth: depth, &hasSecrets)
                })
        case .object(let members):
            var changed = JSONObject()
            for (name, value) in members {
                let part = name.replacing("~", with: "~0").replacing("/", with: "~1")
                changed[noted(known.text(name), &hasSecrets)] = answer(
                    value, at: "\(pointer)/\(part)", name: name, in: members, depth: depth, &hasSecrets)
            }
            return .object(changed)
        case .string(let text):
            let kind = name.flatMap { names.kind(of: $0) }
            let changed = answerText(text, at: pointer, kind, parent, depth: depth, &hasSecrets)
            return .string(noted(changed, &hasSecrets))
        case .null, .bool, .number: return value
        }
    }

    private mutating func answerText(
        _ text: String, at pointer: String, _ kind: SecretNames.Kind?, _ parent: JSONObject?, depth: Int,
        _ hasSecrets: inout Bool
    ) -> RecordedText {
        if text.isEmpty { return RecordedText([]) }
        let isSecret =
            switch kind {
            case .password, .token, .authorization: true
            // An error has a code too, and a message beside it; a code that is a secret has digits.
            case .code: parent?["message"] == nil && text.utf8.contains { $0 &- UInt8(ascii: "0") < 10 }
            case .cookies, nil: Self.isWebToken(text)
            }
        if isSecret {
            return RecordedText([.secret(reference(text, at: AnswerPlace(pointer: pointer)), .plain)])
        }
        // The answers of functions to events of an HTTP API, as direct calls get them.
        if kind == .cookies, text.contains("=") { return setCookie(text, pointer: pointer + "#") }
        if let inner = Self.nested(text, depth: depth) {
            var innerHasSecrets = false
            let changed = answer(inner, at: pointer, name: nil, in: nil, depth: depth + 1, &innerHasSecrets)
            if innerHasSecrets { return Self.nestedText(changed) }
        }
        see(text, at: pointer)
        return answered(text, at: pointer)
    }

    /// A text of an answer; where it is a URL, with the secrets of its query left out.
    mutating func answered(_ text: String, at pointer: String) -> RecordedText {
        guard text.utf8.count <= 16384, let mark = text.firstIndex(of: "?"), !text.contains(" "),
            text.contains("://") || text.hasPrefix("/")
        else { return known.text(text) }
        let query = text[text.index(after: mark)...].prefix { $0 != "#" }
        let start = text.utf8.distance(from: text.startIndex, to: mark) + 1
        if query.contains("X-Amz-Signature=") || query.contains("AWSAccessKeyId=") && query.contains("Signature=") {
            let reference = reference(String(query), at: AnswerPlace(pointer: pointer, query: .whole))
            return known.text(
                text,
                named: [.init(range: start..<(start + query.utf8.count), reference: reference, encoding: .plain)])
        }
        return known.text(text, named: parameters(String(query), at: start, place: pointer, isForm: false))
    }

    // MARK: Texts in texts

    /// The JSON object or array that a text is.
    private static func nested(_ text: String, depth: Int) -> JSONValue? {
        guard depth < nestingLimit, text.hasPrefix("{") || text.hasPrefix("[") else { return nil }
        return try? JSONValue(parsing: text)
    }

    /// JSON with references as a text of its own: what is put in their place must be written as JSON writes strings.
    private static func nestedText(_ value: JSONValue) -> RecordedText {
        guard let text = try? RecordedText(parsing: value.text()) else { return RecordedText(literal: value.text()) }
        return RecordedText(
            text.pieces.map { piece in
                guard case .secret(let reference, .plain) = piece else { return piece }
                return .secret(reference, .json)
            })
    }

    private mutating func noted(_ text: RecordedText, _ hasSecrets: inout Bool) -> String {
        if text.hasSecrets { hasSecrets = true }
        return text.text
    }

    /// Whether a text is a JSON Web Token, whatever its name: three parts, of which the first is an object in base64.
    private static func isWebToken(_ text: String) -> Bool {
        text.hasPrefix("eyJ") && text.utf8.count >= 40 && text.utf8.count(where: { $0 == UInt8(ascii: ".") }) == 2
            && !text.contains(" ")
    }

    /// The secrets among the fields of a multipart form.
    private mutating func fields(of bytes: [UInt8], boundary: String) -> [KnownSecrets.Named] {
        var found: [KnownSecrets.Named] = []
        for part in MultipartFields(bytes, boundary: boundary).parts {
            guard let kind = names.kind(of: part.name), !part.range.isEmpty,
                let value = String(validating: bytes[part.range], as: UTF8.self), value.utf8.count <= 4096
            else { continue }
            found.append(.init(range: part.range, reference: reference(value, part.name, kind), encoding: .plain))
        }
        return found
    }
}
