import JSONValue

extension Condition {
    /// Whether the condition holds for an item; the empty item stands for one that is not there.
    func holds(for item: AttributeMap) -> Bool {
        switch self {
        case .and(let left, let right): left.holds(for: item) && right.holds(for: item)
        case .or(let left, let right): left.holds(for: item) || right.holds(for: item)
        case .not(let inner): !inner.holds(for: item)
        case .comparison(let left, let comparator, let right):
            Self.compare(left.value(in: item), comparator, right.value(in: item))
        case .between(let operand, let low, let high):
            Self.compare(operand.value(in: item), .greaterOrEqual, low.value(in: item))
                && Self.compare(operand.value(in: item), .lessOrEqual, high.value(in: item))
        case .isIn(let operand, let candidates):
            operand.value(in: item).map { value in candidates.contains { $0.value(in: item) == value } } ?? false
        case .attributeExists(let path): path.value(in: item) != nil
        case .attributeNotExists(let path): path.value(in: item) == nil
        case .attributeType(let path, let type):
            if let value = path.value(in: item), case .string(let name)? = type.value(in: item) {
                value.type.rawValue == name
            } else {
                false
            }
        case .beginsWith(let operand, let prefix):
            switch (operand.value(in: item), prefix.value(in: item)) {
            case (.string(let text)?, .string(let start)?): text.utf8.starts(with: start.utf8)
            case (.binary(let bytes)?, .binary(let start)?): bytes.starts(with: start)
            default: false
            }
        case .contains(let operand, let searched):
            Self.contains(operand.value(in: item), searched.value(in: item))
        }
    }

    private static func compare(_ left: AttributeValue?, _ comparator: Comparator, _ right: AttributeValue?) -> Bool {
        guard let left, let right else {
            // A missing attribute differs from everything, and is neither less nor greater.
            return comparator == .notEqual && (left != nil || right != nil)
        }
        switch comparator {
        case .equal: return left == right
        case .notEqual: return left != right
        case .less: return AttributeValue.order(left, right).map { $0 < 0 } ?? false
        case .lessOrEqual: return AttributeValue.order(left, right).map { $0 <= 0 } ?? false
        case .greater: return AttributeValue.order(left, right).map { $0 > 0 } ?? false
        case .greaterOrEqual: return AttributeValue.order(left, right).map { $0 >= 0 } ?? false
        }
    }

    private static func contains(_ container: AttributeValue?, _ searched: AttributeValue?) -> Bool {
        switch (container, searched) {
        case (.string(let text)?, .string(let part)?): contains(Array(text.utf8), Array(part.utf8))
        case (.binary(let bytes)?, .binary(let part)?): contains(bytes, part)
        case (.stringSet(let members)?, .string(let text)?): members.contains { $0.hasSameBytes(as: text) }
        case (.numberSet(let members)?, .number(let number)?): members.contains(number)
        case (.binarySet(let members)?, .binary(let bytes)?): members.contains(bytes)
        case (.list(let elements)?, let searched?): elements.contains(searched)
        default: false
        }
    }

    private static func contains(_ bytes: [UInt8], _ part: [UInt8]) -> Bool {
        guard let first = part.first else { return true }
        guard part.count <= bytes.count else { return false }
        for start in 0...(bytes.count - part.count) where bytes[start] == first {
            if bytes[start..<start + part.count].elementsEqual(part) { return true }
        }
        return false
    }
}

extension Operand {
    /// What the operand stands for in an item.
    func value(in item: AttributeMap) -> AttributeValue? {
        switch self {
        case .path(let path): path.value(in: item)
        case .value(let value): value
        case .placeholder: nil
        case .size(let inner):
            inner.value(in: item)?.elementCount.flatMap { count in
                (try? DynamoDBNumber(negative: false, digits: UInt128(count), exponent: 0)).map { .number($0) }
            }
        }
    }
}

extension AttributeValue {
    /// What `size` answers: bytes of texts and binaries, members of the rest; nil for types without a size.
    var elementCount: Int? {
        switch self {
        case .string(let text): text.utf8.count
        case .binary(let bytes): bytes.count
        case .list(let elements): elements.count
        case .map(let members): members.count
        case .stringSet(let members): members.count
        case .numberSet(let members): members.count
        case .binarySet(let members): members.count
        case .number, .bool, .null: nil
        }
    }
}
