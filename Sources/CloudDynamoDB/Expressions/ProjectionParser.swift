/// Parses projection expressions: document paths, separated by commas.
enum ProjectionParser {
    static func parse(_ text: String) throws -> ParsedProjection {
        var parser = try ExpressionParser(text, kind: .projection)
        var paths: [DocumentPath] = []
        repeat { paths.append(try parser.path()) } while parser.take(mark: ",")
        try parser.finish()
        return ParsedProjection(paths: paths, usage: parser.usage)
    }
}
