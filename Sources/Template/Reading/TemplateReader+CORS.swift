import JSONValue

extension TemplateReader {
    /// `CorsConfiguration` of an HTTP API: `true` for every origin, or an object.
    func httpCORS(_ reader: PropertyReader) -> CORSDefinition? {
        // A function URL's object is given as the reader itself.
        guard reader.mentions("CorsConfiguration") else {
            return reader.mentions("AllowOrigins") || reader.mentions("AllowMethods") ? lists(reader) : nil
        }
        if let flag = reader.raw("CorsConfiguration")?.bool { return flag ? CORSDefinition(allowOrigins: ["*"]) : nil }
        return reader.object("CorsConfiguration", schema: "HttpApi.CorsConfiguration").map(lists)
    }

    private func lists(_ reader: PropertyReader) -> CORSDefinition {
        let cors = CORSDefinition(
            allowOrigins: reader.strings("AllowOrigins", orSingle: true) ?? [],
            allowMethods: (reader.strings("AllowMethods", orSingle: true) ?? []).map { $0.uppercased() },
            allowHeaders: reader.strings("AllowHeaders", orSingle: true) ?? [],
            exposeHeaders: reader.strings("ExposeHeaders", orSingle: true) ?? [],
            maxAge: reader.int("MaxAge", in: -1...86_400), allowCredentials: reader.bool("AllowCredentials") ?? false)
        if cors.allowCredentials, cors.allowOrigins == ["*"] {
            reader.fault("AllowCredentials", "AllowCredentials cannot be true when AllowOrigins is '*'.")
        }
        return cors
    }

    /// `Cors` of a REST API: header values with quotes of their own, as `"'GET,POST'"`.
    func restCORS(_ reader: PropertyReader) -> CORSDefinition? {
        guard let value = reader.raw("Cors") else { return nil }
        if let origin = value.text { return CORSDefinition(allowOrigins: unquoted(origin, reader, "Cors")) }
        guard let part = reader.object("Cors", schema: "Api.Cors") else { return nil }
        func values(_ key: String) -> [String] { part.string(key).map { unquoted($0, part, key) } ?? [] }
        let cors = CORSDefinition(
            allowOrigins: part.mentions("AllowOrigin") ? values("AllowOrigin") : ["*"],
            allowMethods: values("AllowMethods"), allowHeaders: values("AllowHeaders"),
            maxAge: values("MaxAge").first.flatMap(Int.init), allowCredentials: part.bool("AllowCredentials") ?? false)
        if cors.allowCredentials, cors.allowOrigins == ["*"] {
            part.fault("AllowCredentials", "AllowCredentials cannot be true when AllowOrigin is \"'*'\" or not set.")
        }
        return cors
    }

    private func unquoted(_ text: String, _ reader: PropertyReader, _ key: String) -> [String] {
        var inner = text[...]
        if inner.count >= 2, inner.hasPrefix("'"), inner.hasSuffix("'") {
            inner = inner.dropFirst().dropLast()
        } else {
            reader.warn(key, "API Gateway takes \(key) in quotes of its own: \"'\(text)'\".")
        }
        return String(inner).split(on: ",").map { $0[...].trimmed }
    }
}
