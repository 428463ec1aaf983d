import JSONValue

extension Evaluator {
    /// `Fn::Sub`: a text in which `${Name}`, `${Resource.Attribute}` and names of its own map are filled in.
    func substitute(_ argument: JSONValue, at path: String, _ argumentPath: String) -> LocatedValue {
        let template: String
        var own: [String: LocatedValue] = [:]
        switch argument {
        case .string(let text):
            template = text
        case .array(let parts) where parts.count == 2:
            guard let text = parts[0].string, let names = parts[1].object else { fallthrough }
            template = text
            for (name, value) in names {
                own[name] = evaluate(value, at: (argumentPath + "/1").appending(step: name))
            }
        default:
            return fault(path, "Fn::Sub takes a string, or a string and an object with values for it.")
        }

        var output = ""
        var isInvalid = false
        for piece in SubstitutionPiece.pieces(of: template) {
            switch piece {
            case .text(let text): output += text
            case .unclosed:
                return fault(path, "Fn::Sub: '${' has no '}' behind it in '\(template)'.")
            case .name(let name):
                let value = own[name] ?? resolve(name, at: path)
                if let text = value.text {
                    output += text
                } else {
                    isInvalid = true
                    if !value.isInvalid {
                        diagnostics.error(path, "Fn::Sub: '\(name)' is \(value.kind) and cannot stand in a text.")
                    }
                }
            }
        }
        return isInvalid ? .invalid(path) : .string(output, path)
    }

    private func resolve(_ name: String, at path: String) -> LocatedValue {
        guard let dot = name.firstIndex(of: "."), parameters[name] == nil else { return reference(to: name, at: path) }
        return attribute(String(name[name.index(after: dot)...]), of: String(name[..<dot]), at: path)
    }
}

/// A part of the text of an `Fn::Sub`.
enum SubstitutionPiece: Equatable {
    case text(String)
    case name(String)
    case unclosed

    /// The parts, in order. `${!Name}` is the text `${Name}`.
    static func pieces(of template: String) -> [SubstitutionPiece] {
        var pieces: [SubstitutionPiece] = []
        var rest = template[...]
        while let open = rest.firstRange(of: "${") {
            if open.lowerBound > rest.startIndex { pieces.append(.text(String(rest[..<open.lowerBound]))) }
            guard let close = rest[open.upperBound...].firstIndex(of: "}") else { return pieces + [.unclosed] }
            let name = rest[open.upperBound..<close]
            pieces.append(name.hasPrefix("!") ? .text("${\(name.dropFirst())}") : .name(name.trimmed))
            rest = rest[rest.index(after: close)...]
        }
        if !rest.isEmpty { pieces.append(.text(String(rest))) }
        return pieces
    }
}

extension Substring {
    /// Without spaces at either end.
    var trimmed: String {
        var text = self
        while text.first == " " { text = text.dropFirst() }
        while text.last == " " { text = text.dropLast() }
        return String(text)
    }
}
