import LambdaEvents
import LambdaRuntime

/// Sign-up, log-in, log-out, passwords, profiles, and the document that describes the whole service.
enum AccountsFunction {
    static let routes: [Route] = [
        .open(Operations.signUp, signUp),
        .open(Operations.logIn, logIn),
        .open(Operations.logOut, logOut),
        .signedIn(Operations.changePassword, .before, changePassword),
        .signedIn(Operations.me, .beside, me),
        .signedIn(Operations.changeMe, .before, changeMe),
        .open(Operations.openAPI) { _, _, _ in
            Response(headers: ["Content-Type": "application/json"], body: OpenAPIDocument.bytes)
        },
    ]

    /// The names of the operations and what the OpenAPI document says of them.
    enum Operations {
        static let signUp = Operation(
            method: "POST", path: "/signup", name: "signUp", summary: "Opens an account.", access: .everybody,
            bodies: [.init(mediaType: "application/json", schema: Operation.schema("SignUp"))],
            answers: [.json(201, "The account was opened.", Operation.schema("User"))], errors: [400, 403, 409])
        static let logIn = Operation(
            method: "POST", path: "/login", name: "logIn",
            summary: "Begins a session: a cookie for browsers, a token for programs.", access: .everybody,
            bodies: [.init(mediaType: "application/json", schema: Operation.schema("LogIn"))],
            answers: [.json(200, "The session.", Operation.schema("Session"))], errors: [400, 401, 429])
        static let logOut = Operation(
            method: "POST", path: "/logout", name: "logOut",
            summary: "Forgets the session's cookie; with `everywhere`, ends all sessions of the account.",
            access: .everybody,
            parameters: [
                .init(
                    place: .query, name: "everywhere", schema: ["type": "boolean"],
                    summary: "Whether to end all sessions; needs one.")
            ],
            answers: [.empty(204, "The cookie is forgotten.")], errors: [400, 401])
        static let changePassword = Operation(
            method: "PUT", path: "/password", name: "changePassword",
            summary: "Changes the password, ends all sessions and begins a new one.", access: .session,
            bodies: [.init(mediaType: "application/json", schema: Operation.schema("PasswordChange"))],
            answers: [.json(200, "The new session.", Operation.schema("Session"))], errors: [400, 403, 409, 429])
        static let me = Operation(
            method: "GET", path: "/me", name: "me", summary: "Tells who one is.", access: .session,
            answers: [.json(200, "The user.", Operation.schema("User"))])
        static let changeMe = Operation(
            method: "PATCH", path: "/me", name: "changeMe",
            summary: "Changes the fields that are given; `null` clears one.", access: .session,
            bodies: [.init(mediaType: "application/json", schema: Operation.schema("Profile"))],
            answers: [.json(200, "The user as it is now.", Operation.schema("User"))], errors: [400])
        static let openAPI = Operation(
            method: "GET", path: "/openapi.json", name: "openAPI", summary: "This document.", access: .everybody,
            answers: [.json(200, "An OpenAPI 3.1 document.", ["type": "object"])])
    }
}
