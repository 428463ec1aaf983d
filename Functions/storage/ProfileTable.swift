import AWSClient
import Pictures

/// The table of profiles, `UserInfo`: one row a user.
struct ProfileTable: Sendable {
    let database: DynamoDBClient
    let name: String

    static func item(_ user: UserID, _ username: Username, _ profile: Profile) -> Item {
        var item: Item = ["userId": .string(user.text), "username": .string(username.text)]
        for field in Profile.Field.allCases { item[field.rawValue] = profile[field].map { .string($0) } }
        return item
    }

    /// A user's profile; an empty one where there is none.
    func profile(of user: UserID, today: CalendarDate, _ options: CallOptions) async throws -> Profile {
        let item = try await database.getItem(
            table: name, key: ["userId": .string(user.text)], consistent: true, options: options)
        return Self.profile(item ?? [:], today: today)
    }

    /// Changes some fields of a profile.
    ///
    /// - Returns: the whole profile as it is now.
    func change(
        _ fields: [Profile.Field], to profile: Profile, of session: Session, today: CalendarDate, _ options: CallOptions
    ) async throws -> Profile {
        var sets = ["#username = :username"]
        var removes: [String] = []
        var names = ["#username": "username"]
        var values: Item = [":username": .string(session.username.text)]
        for field in fields {
            names["#\(field.rawValue)"] = field.rawValue
            if let text = profile[field] {
                sets.append("#\(field.rawValue) = :\(field.rawValue)")
                values[":\(field.rawValue)"] = .string(text)
            } else {
                removes.append("#\(field.rawValue)")
            }
        }
        var update = "SET " + sets.joined(separator: ", ")
        if !removes.isEmpty { update += " REMOVE " + removes.joined(separator: ", ") }
        let item = try await database.updateItem(
            table: name, key: ["userId": .string(session.userID.text)], update: update, names: names, values: values,
            returning: .allNew, options: options)
        return Self.profile(item ?? [:], today: today)
    }

    /// What is stored was checked when it was stored; what no rule allows any more is left out.
    private static func profile(_ item: Item, today: CalendarDate) -> Profile {
        var profile = Profile()
        for field in Profile.Field.allCases { try? profile.set(field, to: item[field.rawValue]?.string, today: today) }
        return profile
    }
}
