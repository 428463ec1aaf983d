import Testing

@testable import Pictures

@Suite struct AccountTests {
    private let today = CalendarDate(daysSince1970: 20_778)

    @Test(arguments: ["ada", "Ada.Lovelace", "a_b-c", "007", String(repeating: "x", count: 64)])
    func takesUsernames(_ text: String) throws {
        #expect(try Username(text).text == text)
    }

    @Test(arguments: [
        "", "ab", String(repeating: "x", count: 65), "a b c", "ada@", "\u{430}\u{434}\u{430}", "a\u{0}bc", "a/b", "a#b",
    ])
    func refusesUsernames(_ text: String) {
        let error = #expect(throws: InvalidValue.self) { try Username(text) }
        #expect(error?.subject == .username)
    }

    @Test func comparesUsernamesWithoutCase() throws {
        #expect(try Username("Ada") == Username("aDA"))
        #expect(try Username("Ada").folded == "ada")
        #expect(try Set([Username("Ada"), Username("ada")]).count == 1)
    }

    @Test(arguments: [
        ("1234567", "The password has 7 characters; it must have 8 to 128."),
        (String(repeating: "ab", count: 65), "The password has 130 characters; it must have 8 to 128."),
        ("aaaaaaaaaa", "The password is one character over and over; choose a less guessable one."),
        ("Lovelace", "The password is the username; choose a less guessable one."),
    ])
    func refusesPasswords(_ text: String, _ reason: String) throws {
        let username = try Username("lovelace")
        #expect(throws: InvalidValue(.password, reason)) { try Password(new: text, for: username) }
    }

    @Test func refusesPasswordsOfGiantCharacters() throws {
        // One character of one letter and 2,000 accents.
        let text = "abcdefgh" + "e" + String(repeating: "\u{301}", count: 2_000)
        #expect(text.count == 9)
        let error = #expect(throws: InvalidValue.self) { try Password(new: text, for: Username("ada")) }
        #expect(error?.reason == "The password has 4,009 bytes; it may have 1,024.")
        #expect(Password(attempt: text) == nil)
    }

    @Test func neverShowsAPassword() throws {
        let password = try Password(new: "correct horse", for: Username("ada"))
        let hash = try PasswordHash(of: password, parameters: .quick)
        var dumped = ""
        dump((password, hash), to: &dumped)
        for text in ["\(password)", String(reflecting: password), "\(hash)", String(reflecting: hash), dumped] {
            #expect(!text.contains("correct"))
            #expect(!text.contains("scrypt"))
            #expect(!text.contains("99, 111, 114"))
        }
    }

    @Test(arguments: [
        ("ada@example.org", nil), ("a.b+c@sub.example.co.uk", nil),
        ("", "is empty"), ("ada", "must have one '@'"), ("a@b@c.de", "must have one '@'"),
        ("@example.org", "must have 1 to 64 characters before the '@'"),
        (".ada@example.org", "has a '.' in the wrong place before the '@'"),
        ("a..b@example.org", "has a '.' in the wrong place before the '@'"),
        ("a b@example.org", "holds a character before the '@' that addresses cannot have"),
        ("ada@example", "must have a domain such as example.org after the '@'"),
        ("ada@-x.org", "has a domain that is not well formed"), ("ada@a..org", "has a domain that is not well formed"),
        ("ada@ex ample.org", "has a domain that is not well formed"),
    ])
    func checksEmail(_ text: String, _ fault: String?) {
        guard let fault else {
            #expect((try? EmailAddress(text))?.text == text)
            return
        }
        #expect(throws: InvalidValue(.email, "The email address \(fault).")) { try EmailAddress(text) }
    }

    @Test(arguments: [
        ("+49 (30) 123-456", "+4930123456"), ("12345", "12345"), ("030.12 34 56", "030123456"), ("1234", nil),
        ("+1234567890123456", nil), ("12+345", nil), ("call me", nil), ("", nil),
    ])
    func checksPhone(_ text: String, _ stored: String?) {
        #expect((try? PhoneNumber(text))?.text == stored)
    }

    @Test(arguments: [
        ("1815-12-10", "The birthday lies before the year 1900."),
        ("2999-01-01", "The birthday lies in the future."),
        ("2023-02-29", "The birthday is no day of the calendar; write it as YYYY-MM-DD."),
        ("10.12.1990", "The birthday is no day of the calendar; write it as YYYY-MM-DD."),
    ])
    func refusesBirthdays(_ text: String, _ reason: String) {
        var profile = Profile()
        #expect(throws: InvalidValue(.birthday, reason)) { try profile.set(.birthday, to: text, today: today) }
    }

    @Test func setsAndClearsEveryField() throws {
        let values: [Profile.Field: String] = [
            .firstName: "Ada", .lastName: "King", .email: "ada@example.org", .birthday: "1990-12-10",
            .phone: "+44123456",
        ]
        var profile = Profile()
        for field in Profile.Field.allCases { try profile.set(field, to: values[field], today: today) }
        for field in Profile.Field.allCases {
            #expect(profile[field] == values[field])
            try profile.set(field, to: nil, today: today)
        }
        #expect(profile == Profile())
    }

    @Test func trimsNamesAndRefusesControlCharacters() throws {
        #expect(try PersonName("  J\u{F6}rg \u{674E} ", .firstName).text == "J\u{F6}rg \u{674E}")
        for text in ["", "   ", "a\u{0}b", "a\nb", "a\u{2028}b", String(repeating: "n", count: 101)] {
            #expect(throws: InvalidValue.self) { try PersonName(text, .lastName) }
        }
    }
}
