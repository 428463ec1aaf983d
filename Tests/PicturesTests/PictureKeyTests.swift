import Testing

@testable import Pictures

@Suite struct PictureKeyTests {
    @Test(arguments: [
        "a", "cat", "cat.jpg", "holidays/2026/beach.jpg", "a b", "...", "a/..b/c..", "%2e%2e", "~!@#$%^&*()'\"?",
        String(repeating: "k", count: 256),
    ])
    func takes(_ text: String) throws {
        #expect(try PictureKey(text).text == text)
    }

    @Test(arguments: [
        ("", "The key is empty."),
        (String(repeating: "k", count: 300), "The key has 300 bytes, 44 over the limit of 256."),
        ("/a", "The key begins with '/'."),
        ("a/", "The key ends with '/'."),
        ("/", "The key begins with '/'."),
        ("a//b", "The key holds '//'."),
        ("../a", "The key holds a segment that is '..'."),
        ("a/../b", "The key holds a segment that is '..'."),
        ("a/..", "The key holds a segment that is '..'."),
        (".", "The key holds a segment that is '.'."),
        ("a/./b", "The key holds a segment that is '.'."),
        ("a\\b", "The key holds a backslash at byte 2."),
        ("a\u{0}b", "The key holds a control character at byte 2."),
        ("ab\n", "The key holds a control character at byte 3."),
        ("\u{7F}", "The key holds a control character at byte 1."),
        ("k\u{E4}se", "The key holds a character that is not ASCII at byte 2."),
        ("\u{1F431}", "The key holds a character that is not ASCII at byte 1."),
    ])
    func refuses(_ text: String, _ reason: String) {
        #expect(throws: InvalidValue(.key, reason)) { try PictureKey(text) }
    }

    @Test func ordersByBytes() throws {
        let keys = try ["b", "a/b", "a", "B", "a-b"].map { try PictureKey($0) }
        #expect(keys.sorted().map(\.text) == ["B", "a", "a-b", "a/b", "b"])
    }

    @Test func everySubjectHasACode() {
        #expect(InvalidValue(.key, "").code == "InvalidKey")
        #expect(InvalidValue(.firstName, "").code == "InvalidFirstName")
        #expect(
            Set(InvalidValue.Subject.allCases.map { InvalidValue($0, "").code }).count
                == InvalidValue.Subject.allCases.count)
    }

    @Test(arguments: [
        ("cat.jpg", "cat.jpg"), ("C:\\Users\\Ada\\cat.jpg", "cat.jpg"), ("../../etc/passwd", "passwd"),
        ("a\u{0}b\r\n.png", "ab.png"), ("\u{202E}gpj.exe", "gpj.exe"), ("", nil), ("..", nil), ("/", nil),
        ("K\u{E4}se.png", "K\u{E4}se.png"),
    ])
    func makesFileNamesFit(_ text: String, _ kept: String?) {
        #expect(FileName(text)?.text == kept)
    }

    @Test func cutsFileNamesAtACharacter() throws {
        let name = try #require(FileName(String(repeating: "\u{E4}", count: 200)))
        #expect(name.text.utf8.count == 254)
    }

    @Test func objectNamesGoThereAndBack() throws {
        let owner = UserID(from: .system)
        for area in ObjectName.Area.allCases {
            let name = ObjectName(in: area, owner: owner, random: .system)
            let read = try #require(ObjectName(name.text))
            #expect(read == name)
            #expect(read.owner == owner)
            #expect(read.area == area)
        }
        let id = String(repeating: "0", count: 32)
        for text in [
            "", "pictures/\(id)", "secrets/\(id)/\(id)", "pictures/\(id)/..", "pictures/\(id)/\(id)/a",
            "pictures//\(id)",
        ] {
            #expect(ObjectName(text) == nil, "\(text)")
        }
    }
}
