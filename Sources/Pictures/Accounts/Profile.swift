/// What a person told about themselves at sign-up or later: one row of `UserInfo`. All of it is optional.
public struct Profile: Sendable, Hashable {
    /// The first name.
    public var firstName: PersonName?
    /// The last name.
    public var lastName: PersonName?
    /// Where mail reaches the person.
    public var email: EmailAddress?
    /// The day of birth.
    public var birthday: CalendarDate?
    /// Where a call reaches the person.
    public var phone: PhoneNumber?

    /// A profile that says nothing.
    public init() {}

    /// The fields, by the names that they have in requests, answers and rows.
    public enum Field: String, Sendable, CaseIterable {
        case firstName, lastName, email, birthday, phone
    }

    /// What a field holds, as text.
    public subscript(field: Field) -> String? {
        switch field {
        case .firstName: firstName?.text
        case .lastName: lastName?.text
        case .email: email?.text
        case .birthday: birthday?.description
        case .phone: phone?.text
        }
    }

    /// Sets a field from text, or clears it.
    ///
    /// - Parameter today: The day that no birthday may lie behind.
    /// - Throws: ``InvalidValue`` that says what is wrong.
    public mutating func set(_ field: Field, to text: String?, today: CalendarDate) throws(InvalidValue) {
        guard let text else {
            clear(field)
            return
        }
        switch field {
        case .firstName: firstName = try PersonName(text, .firstName)
        case .lastName: lastName = try PersonName(text, .lastName)
        case .email: email = try EmailAddress(text)
        case .birthday: birthday = try Self.birthday(text, today: today)
        case .phone: phone = try PhoneNumber(text)
        }
    }

    private mutating func clear(_ field: Field) {
        switch field {
        case .firstName: firstName = nil
        case .lastName: lastName = nil
        case .email: email = nil
        case .birthday: birthday = nil
        case .phone: phone = nil
        }
    }

    private static func birthday(_ text: String, today: CalendarDate) throws(InvalidValue) -> CalendarDate {
        guard let day = CalendarDate(text) else {
            throw InvalidValue(.birthday, "The birthday is no day of the calendar; write it as YYYY-MM-DD.")
        }
        guard day <= today else { throw InvalidValue(.birthday, "The birthday lies in the future.") }
        guard day.year >= 1900 else { throw InvalidValue(.birthday, "The birthday lies before the year 1900.") }
        return day
    }
}
