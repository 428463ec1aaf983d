import CCurl

/// Sets curl's options for one transfer.
struct CurlHandle {
    let handle: UnsafeMutableRawPointer

    /// Bodies up to this size go out in one write with their headers, for which curl takes a copy.
    private static let smallBody = 16 * 1024

    /// False when curl refuses an option that matters.
    func configure(_ transfer: Transfer, _ options: TransportOptions, certificateBundle: String?) -> Bool {
        let request = transfer.request
        var isGood = set(CURLOPT_URL, request.url) && set(CURLOPT_PROTOCOLS_STR, "http,https")
        isGood = set(CURLOPT_PATH_AS_IS, 1) && isGood
        // HTTP/1.1 throughout: what AWS's own endpoints of these services speak.
        isGood = set(CURLOPT_HTTP_VERSION, ccurl_http_version_1_1()) && isGood
        set(CURLOPT_NOSIGNAL, 1)
        set(CURLOPT_TCP_NODELAY, 1)
        set(CURLOPT_TCP_KEEPALIVE, 1)
        set(CURLOPT_FOLLOWLOCATION, 0)
        set(CURLOPT_MAXAGE_CONN, max(1, options.idleConnectionLifetime.positiveMilliseconds / 1000))
        if request.endpoint.isLoopback { isGood = set(CURLOPT_PROXY, "") && isGood }
        setTimeouts(transfer, options)
        if request.endpoint.isSecure {
            isGood = set(CURLOPT_SSL_VERIFYPEER, 1) && set(CURLOPT_SSL_VERIFYHOST, 2) && isGood
            if let bundle = certificateBundle ?? CertificateBundle.system {
                isGood = set(CURLOPT_CAINFO, bundle) && isGood
            }
        }
        setMethodAndBody(transfer)
        let context = Unmanaged.passUnretained(transfer).toOpaque()
        ccurl_set_pointer(handle, CURLOPT_HEADERDATA, context)
        ccurl_set_pointer(handle, CURLOPT_WRITEDATA, context)
        ccurl_set_data_callback(handle, CURLOPT_HEADERFUNCTION, headerCallback)
        ccurl_set_data_callback(handle, CURLOPT_WRITEFUNCTION, writeCallback)
        return setHeaders(transfer) && isGood
    }

    private func setTimeouts(_ transfer: Transfer, _ options: TransportOptions) {
        set(CURLOPT_CONNECTTIMEOUT_MS, options.connectTimeout.positiveMilliseconds)
        if let timeout = transfer.limits.timeout { set(CURLOPT_TIMEOUT_MS, timeout.positiveMilliseconds) }
    }

    private func setMethodAndBody(_ transfer: Transfer) {
        let request = transfer.request
        let length: Int
        switch request.body {
        case .none:
            if request.method == "HEAD" { set(CURLOPT_NOBODY, 1) } else { set(CURLOPT_HTTPGET, 1) }
            // A POST or PUT without a body still says so.
            if request.method == "POST" || request.method == "PUT" {
                set(CURLOPT_POST, 1)
                ccurl_set_offset(handle, CURLOPT_POSTFIELDSIZE_LARGE, 0)
                set(CURLOPT_COPYPOSTFIELDS, "")
            }
            set(CURLOPT_CUSTOMREQUEST, request.method)
            return
        case .bytes(let bytes) where bytes.count <= Self.smallBody && request.isRepeatable:
            set(CURLOPT_POST, 1)
            ccurl_set_offset(handle, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(bytes.count))
            _ = bytes.withUnsafeBytes { ccurl_set_pointer(handle, CURLOPT_COPYPOSTFIELDS, $0.baseAddress) }
            set(CURLOPT_CUSTOMREQUEST, request.method)
            return
        case .bytes(let bytes): length = bytes.count
        case .upload(let queue): length = queue.length
        }
        let context = Unmanaged.passUnretained(transfer).toOpaque()
        set(CURLOPT_UPLOAD, 1)
        set(CURLOPT_CUSTOMREQUEST, request.method)
        set(CURLOPT_UPLOAD_BUFFERSIZE, 256 * 1024)
        ccurl_set_offset(handle, CURLOPT_INFILESIZE_LARGE, curl_off_t(length))
        ccurl_set_pointer(handle, CURLOPT_READDATA, context)
        ccurl_set_data_callback(handle, CURLOPT_READFUNCTION, readCallback)
        ccurl_set_pointer(handle, CURLOPT_SEEKDATA, context)
        ccurl_set_seek_callback(handle, seekCallback)
    }

    private func setHeaders(_ transfer: Transfer) -> Bool {
        var lines = transfer.request.headers.map { $0.value.isEmpty ? "\($0.name);" : "\($0.name): \($0.value)" }
        // What curl would add of its own.
        let names = Set(transfer.request.headers.map { $0.name.lowercased() })
        for name in ["Accept", "Content-Type", "User-Agent"] where !names.contains(name.lowercased()) {
            lines.append("\(name):")
        }
        if case .bytes(let bytes) = transfer.request.body, bytes.count <= 1 << 20 { lines.append("Expect:") }
        var list: UnsafeMutablePointer<curl_slist>?
        for line in lines {
            guard line.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }),
                let longer = curl_slist_append(list, line)
            else {
                curl_slist_free_all(list)
                return false
            }
            list = longer
        }
        transfer.headerList = list
        return ccurl_set_pointer(handle, CURLOPT_HTTPHEADER, list) == CURLE_OK
    }

    @discardableResult
    private func set(_ option: CURLoption, _ value: Int) -> Bool { ccurl_set_long(handle, option, value) == CURLE_OK }

    @discardableResult
    private func set(_ option: CURLoption, _ value: String) -> Bool {
        ccurl_set_string(handle, option, value) == CURLE_OK
    }
}

private func transfer(_ context: UnsafeMutableRawPointer?) -> Transfer? {
    context.map { Unmanaged<Transfer>.fromOpaque($0).takeUnretainedValue() }
}

private func headerCallback(
    _ bytes: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int, _ context: UnsafeMutableRawPointer?
) -> Int {
    guard let transfer = transfer(context) else { return 0 }
    let length = size * count
    return transfer.received(headerLine: UnsafeRawBufferPointer(start: bytes, count: length)) ? length : 0
}

private func writeCallback(
    _ bytes: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int, _ context: UnsafeMutableRawPointer?
) -> Int {
    guard let transfer = transfer(context) else { return 0 }
    let length = size * count
    switch transfer.received(body: UnsafeRawBufferPointer(start: bytes, count: length)) {
    case .taken: return length
    case .pause: return Int(CURL_WRITEFUNC_PAUSE)
    case .abort: return length == 0 ? 1 : 0
    }
}

private func readCallback(
    _ bytes: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int, _ context: UnsafeMutableRawPointer?
) -> Int {
    guard let transfer = transfer(context) else { return Int(CURL_READFUNC_ABORT) }
    switch transfer.takeBody(into: UnsafeMutableRawBufferPointer(start: bytes, count: size * count)) {
    case .bytes(let taken): return taken
    case .nothingYet: return Int(CURL_READFUNC_PAUSE)
    case .end: return 0
    case .failed: return Int(CURL_READFUNC_ABORT)
    }
}

private func seekCallback(_ context: UnsafeMutableRawPointer?, _ offset: curl_off_t, _ origin: Int32) -> Int32 {
    guard origin == 0, let transfer = transfer(context), transfer.rewind(to: Int(offset)) else {
        return CURL_SEEKFUNC_FAIL
    }
    return CURL_SEEKFUNC_OK
}
