import COnnxRuntime

/// The heaps of the C library, of which glibc keeps one for each thread that allocates.
public enum ProcessHeaps {
    /// Has all threads share so many. What recognition leaves in a heap of its own no other thread can use: with as many
    /// heaps as processors a cloud that recognises has some 70 MB less.
    ///
    /// Must be called before there are threads; does nothing where there is no glibc.
    public static func share(_ count: Int) { cor_share_heaps(Int32(clamping: max(1, count))) }
}
