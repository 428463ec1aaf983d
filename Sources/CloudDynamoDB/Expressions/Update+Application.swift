import CloudCore

/// Why an update cannot be made to an item.
enum UpdateFault {
    static let missingAttribute = DynamoDBErrors.validation(
        "The provided expression refers to an attribute that does not exist in the item")
    static let invalidPath = DynamoDBErrors.validation(
        "The document path provided in the update expression is invalid for update")
    static let wrongType = DynamoDBErrors.validation(
        "An operand in the update expression has an incorrect data type")
}

extension Update {
    /// The item after the update. All operands are read from the item as it was before.
    ///
    /// - Throws: ``ServiceError`` where the update does not fit the item.
    func applied(to item: AttributeMap) throws -> AttributeMap {
        var result = item
        let values = try sets.map { try $0.value.value(in: item) }
        var changes = zip(sets, values).map { (path: $0.path, change: Change.set($1)) }
        for (path, operand) in additions {
            changes.append((path, .set(try Self.adding(operand.value(in: item), to: path.value(in: item)))))
        }
        for (path, operand) in deletions {
            guard let old = path.value(in: item) else { continue }
            let rest = try Self.deleting(operand.value(in: item), from: old)
            changes.append((path, rest.map { .set($0) } ?? .remove))
        }
        changes += removals.map { ($0, .remove) }
        // New elements are appended in the order of their indices. What is removed goes last and from the back, so that
        // every index means the element that it meant in the old item.
        for (path, change) in changes.filter({ $0.change.isSet }).sorted(by: { Self.comesFirst($0.path, $1.path) }) {
            try Self.make(change, at: path.elements[...], of: &result)
        }
        for (path, change) in changes.filter({ !$0.change.isSet }).sorted(by: { Self.comesFirst($1.path, $0.path) }) {
            try Self.make(change, at: path.elements[...], of: &result)
        }
        return result
    }

    private enum Change {
        case set(AttributeValue)
        case remove

        var isSet: Bool { if case .set = self { true } else { false } }
    }

    /// A total order of places, in which the elements of one list stand by index.
    private static func comesFirst(_ left: DocumentPath, _ right: DocumentPath) -> Bool {
        for (mine, theirs) in zip(left.elements, right.elements) where mine != theirs {
            switch (mine, theirs) {
            case (.index(let a), .index(let b)): return a < b
            case (.name(let a), .name(let b)): return ByteOrder.of(a, b) < 0
            default: if case .index = mine { return true } else { return false }
            }
        }
        return left.elements.count < right.elements.count
    }

    private static func make(
        _ change: Change, at path: ArraySlice<DocumentPath.Element>, of item: inout AttributeMap
    ) throws {
        guard case .name(let name)? = path.first else { throw UpdateFault.invalidPath }
        let rest = path.dropFirst()
        if rest.isEmpty {
            switch change {
            case .set(let value): item[name] = value
            case .remove: item[name] = nil
            }
        } else if try item.update(name, { try make(change, at: rest, of: &$0) }) == nil {
            throw UpdateFault.invalidPath
        }
    }

    private static func make(
        _ change: Change, at path: ArraySlice<DocumentPath.Element>, of value: inout AttributeValue
    ) throws {
        switch (path.first, value) {
        case (.name?, .map(var members)):
            value = .null
            defer { value = .map(members) }
            try make(change, at: path, of: &members)
        case (.index(let index)?, .list(var elements)):
            value = .null
            defer { value = .list(elements) }
            let rest = path.dropFirst()
            switch (rest.isEmpty, change) {
            case (true, .set(let new)):
                if elements.indices.contains(index) { elements[index] = new } else { elements.append(new) }
            case (true, .remove):
                if elements.indices.contains(index) { elements.remove(at: index) }
            case (false, _):
                guard elements.indices.contains(index) else { throw UpdateFault.invalidPath }
                try make(change, at: rest, of: &elements[index])
            }
        default: throw UpdateFault.invalidPath
        }
    }

    private static func adding(_ operand: AttributeValue, to old: AttributeValue?) throws -> AttributeValue {
        guard let old else { return operand }
        switch (old, operand) {
        case (.number(let a), .number(let b)):
            return .number(try checked { () throws(DynamoDBNumberError) in try a.adding(b) })
        case (.stringSet(let a), .stringSet(let b)):
            let known = Set(a.map { Array($0.utf8) })
            return .stringSet(a + b.filter { !known.contains(Array($0.utf8)) })
        case (.numberSet(let a), .numberSet(let b)):
            let known = Set(a)
            return .numberSet(a + b.filter { !known.contains($0) })
        case (.binarySet(let a), .binarySet(let b)):
            let known = Set(a)
            return .binarySet(a + b.filter { !known.contains($0) })
        default: throw UpdateFault.wrongType
        }
    }

    /// What is left of a set; nil for nothing: there are no empty sets.
    private static func deleting(_ operand: AttributeValue, from old: AttributeValue) throws -> AttributeValue? {
        switch (old, operand) {
        case (.stringSet(let a), .stringSet(let b)):
            let gone = Set(b.map { Array($0.utf8) })
            let rest = a.filter { !gone.contains(Array($0.utf8)) }
            return rest.isEmpty ? nil : .stringSet(rest)
        case (.numberSet(let a), .numberSet(let b)):
            let gone = Set(b)
            let rest = a.filter { !gone.contains($0) }
            return rest.isEmpty ? nil : .numberSet(rest)
        case (.binarySet(let a), .binarySet(let b)):
            let gone = Set(b)
            let rest = a.filter { !gone.contains($0) }
            return rest.isEmpty ? nil : .binarySet(rest)
        default: throw UpdateFault.wrongType
        }
    }

    fileprivate static func checked(
        _ calculation: () throws(DynamoDBNumberError) -> DynamoDBNumber
    ) throws -> DynamoDBNumber {
        do throws(DynamoDBNumberError) {
            return try calculation()
        } catch {
            throw DynamoDBErrors.validation(error.message)
        }
    }
}

extension Update.SetValue {
    fileprivate func value(in item: AttributeMap) throws -> AttributeValue {
        switch self {
        case .operand(let operand): return try operand.value(in: item)
        case .sum(let left, let right):
            let (a, b) = (try number(left, item), try number(right, item))
            return .number(try Update.checked { () throws(DynamoDBNumberError) in try a.adding(b) })
        case .difference(let left, let right):
            let (a, b) = (try number(left, item), try number(right, item))
            return .number(try Update.checked { () throws(DynamoDBNumberError) in try a.subtracting(b) })
        }
    }

    private func number(_ operand: UpdateOperand, _ item: AttributeMap) throws -> DynamoDBNumber {
        guard case .number(let number) = try operand.value(in: item) else { throw UpdateFault.wrongType }
        return number
    }
}

extension UpdateOperand {
    fileprivate func value(in item: AttributeMap) throws -> AttributeValue {
        switch self {
        case .value(let value): return value
        case .placeholder: throw UpdateFault.missingAttribute
        case .path(let path):
            guard let value = path.value(in: item) else { throw UpdateFault.missingAttribute }
            return value
        case .ifNotExists(let path, let fallback): return try path.value(in: item) ?? fallback.value(in: item)
        case .listAppend(let left, let right):
            guard case .list(let first) = try left.value(in: item),
                case .list(let second) = try right.value(in: item)
            else { throw UpdateFault.wrongType }
            return .list(first + second)
        }
    }
}
