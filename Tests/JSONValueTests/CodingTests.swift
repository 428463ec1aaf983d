import Testing

@testable import JSONValue

private struct Person: Codable, Equatable {
    var name: String
    var age: Int?
    var tags: [String] = []
    var home: Address?

    struct Address: Codable, Equatable {
        var street: String
        var number: UInt8
    }
}

@Suite struct CodingTests {
    @Test func readsAndWritesInOrder() throws {
        let text = #"{"name":"Zoë","age":41,"tags":["a","b"],"home":{"street":"Am Ring","number":7}}"#
        let person = try JSONValue(parsing: text).decode(as: Person.self)
        #expect(person.home == .init(street: "Am Ring", number: 7))
        #expect(try JSONValue(encoding: person).text() == text)
    }

    @Test func keepsNumbersExact() throws {
        let values: JSONValue = [9_223_372_036_854_775_807, -1]
        #expect(try values.decode(as: [Int64].self) == [.max, -1])
        #expect(try JSONValue(parsing: "[18446744073709551615]").decode(as: [UInt64].self) == [.max])
        #expect(try JSONValue(parsing: "[3.0, 2e2]").decode(as: [Int].self) == [3, 200])
        #expect(try JSONValue(encoding: [0.1 as Float, 2]).text() == "[0.1,2]")
        #expect(try JSONValue(encoding: [0.1, 1e300]).text() == "[0.1,1e+300]")
        #expect(try JSONValue(encoding: UInt64.max).text() == "18446744073709551615")
    }

    @Test func embeddedValuesStayAsTheyWere() throws {
        struct Box: Codable, Equatable { var any: JSONValue }
        let text = #"{"any":{"z":1.50,"a":[null,12345678901234567890123]}}"#
        let box = try JSONValue(parsing: text).decode(as: Box.self)
        #expect(box.any["z"] == .number("1.50"))
        #expect(try JSONValue(encoding: box).text() == text)
        #expect(try JSONValue.null.decode(as: JSONValue.self) == .null)
    }

    @Test(arguments: [
        (#"{"name":1}"#, "name", "expected a string, found number"),
        (#"{"name":"x","age":1.5}"#, "age", "1.5 is not a whole number that fits Int"),
        (#"{"name":"x","tags":["a",null]}"#, "tags.1", "expected a string, found null"),
        (#"{"name":"x","tags":[],"home":{"street":"s","number":256}}"#, "home.number", "256 is not a whole number"),
        (#"{"name":"x","tags":[],"home":[]}"#, "home", "expected an object, found array"),
        (#"{"name":"x","tags":{}}"#, "tags", "expected an array, found object"),
        (#"[]"#, "", "expected an object, found array"),
        (#"{"name":"x"}"#, "", "the member tags is missing"),
    ])
    func saysWhereAndWhat(_ text: String, _ path: String, _ reason: String) throws {
        let value = try JSONValue(parsing: text)
        let error = #expect(throws: DecodingError.self) { try value.decode(as: Person.self) }
        switch error {
        case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context),
            .keyNotFound(_, let context):
            #expect(context.codingPath.map(\.stringValue).joined(separator: ".") == path)
            #expect(context.debugDescription.contains(reason))
        default: Issue.record("no decoding error")
        }
    }

    @Test func refusesUnknownMembersAtEveryDepth() throws {
        let outer = try JSONValue(parsing: #"{"name":"x","tags":[],"nmae":"y"}"#)
        let inner = try JSONValue(parsing: #"{"name":"x","tags":[],"home":{"street":"s","number":1,"zip":2}}"#)
        for (value, name, depth) in [(outer, "nmae", 1), (inner, "zip", 2)] {
            _ = try value.decode(as: Person.self)
            let error = #expect(throws: DecodingError.self) {
                try value.decode(as: Person.self, unknownMembers: .refused)
            }
            guard case .dataCorrupted(let context) = error else {
                Issue.record("no refusal")
                continue
            }
            #expect((context.underlyingError as? UnknownMember)?.name == name)
            #expect(context.codingPath.count == depth)
        }
        // A dictionary knows every member.
        #expect(
            try JSONValue(parsing: #"{"a":1}"#).decode(as: [String: Int].self, unknownMembers: .refused) == ["a": 1])
    }

    @Test func refusesNumbersThatJSONCannotSay() {
        #expect(throws: EncodingError.self) { try JSONValue(encoding: [Double.nan]) }
        #expect(throws: EncodingError.self) { try JSONValue(encoding: Float.infinity) }
        #expect(throws: DecodingError.self) { try JSONValue.number("1e999").decode(as: Double.self) }
        #expect(throws: DecodingError.self) { try JSONValue.number("1e999").decode(as: Int.self) }
    }

    @Test func nestedAndInheritedContainersWork() throws {
        class Animal: Codable {
            var name = "cat"
        }
        final class Pet: Animal {
            var owner: String
            enum Keys: String, CodingKey { case owner, toys }
            init(owner: String) {
                self.owner = owner
                super.init()
            }
            required init(from decoder: any Decoder) throws {
                let members = try decoder.container(keyedBy: Keys.self)
                owner = try members.decode(String.self, forKey: .owner)
                var toys = try members.nestedUnkeyedContainer(forKey: .toys)
                while !toys.isAtEnd {
                    if try !toys.decodeNil() { _ = try toys.decode(Int.self) }
                }
                try super.init(from: members.superDecoder())
            }
            override func encode(to encoder: any Encoder) throws {
                var members = encoder.container(keyedBy: Keys.self)
                var toys = members.nestedUnkeyedContainer(forKey: .toys)
                try members.encode(owner, forKey: .owner)
                // A container that was opened earlier still writes into its own place.
                try toys.encode(1)
                try toys.encodeNil()
                try super.encode(to: members.superEncoder())
            }
        }
        let text = try JSONValue(encoding: Pet(owner: "Ada")).text()
        #expect(text == #"{"toys":[1,null],"owner":"Ada","super":{"name":"cat"}}"#)
        let pet = try JSONValue(parsing: text).decode(as: Pet.self)
        #expect(pet.owner == "Ada")
        #expect(pet.name == "cat")
    }

    @Test func enumerationsOptionalsAndDictionaries() throws {
        enum Shape: Codable, Equatable {
            case circle(radius: Double)
            case point
        }
        let shapes: [Shape?] = [.circle(radius: 1.5), .point, nil]
        let text = try JSONValue(encoding: shapes).text()
        #expect(text == #"[{"circle":{"radius":1.5}},{"point":{}},null]"#)
        #expect(try JSONValue(parsing: text).decode(as: [Shape?].self) == shapes)
        #expect(try JSONValue(encoding: String?.none).text() == "null")
        #expect(try JSONValue(encoding: "x").text() == "\"x\"")
        #expect(try JSONValue(parsing: #"{"1":"a"}"#).decode(as: [Int: String].self) == [1: "a"])
    }
}
