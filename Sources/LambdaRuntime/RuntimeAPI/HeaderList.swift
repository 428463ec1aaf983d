import CCurl

/// A list of header lines in libcurl's form, for as long as this object lives.
final class HeaderList {
    private(set) var first: UnsafeMutablePointer<curl_slist>?

    init(_ lines: [String]) {
        for line in lines { first = Self.appending(line, to: first) }
    }

    deinit { curl_slist_free_all(first) }

    /// Adds a line to a list of libcurl's; without memory for it the list stays as it is.
    static func appending(
        _ line: String, to list: UnsafeMutablePointer<curl_slist>?
    ) -> UnsafeMutablePointer<curl_slist>? {
        curl_slist_append(list, line) ?? list
    }
}
