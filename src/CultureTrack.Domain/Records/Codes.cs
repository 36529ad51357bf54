namespace CultureTrack.Domain.Records;

/// <summary>Error codes of the domain specification, 2.6. Each refusal carries exactly one of them a finding.</summary>
public static class Codes
{
    public const string AuthCredentials = "AUTH-CREDENTIALS", AuthExpired = "AUTH-EXPIRED", AuthLocked = "AUTH-LOCKED",
        AuthPasswordChange = "AUTH-PASSWORD-CHANGE";

    public const string SodRole = "SOD-ROLE", SodVerifier = "SOD-VERIFIER", SodApprover = "SOD-APPROVER", SodReviewer = "SOD-REVIEWER",
        SodDisposer = "SOD-DISPOSER", SodCloser = "SOD-CLOSER", SodHold = "SOD-HOLD", SodAssessor = "SOD-ASSESSOR", SodAuthor = "SOD-AUTHOR",
        SodSelfGrant = "SOD-SELF-GRANT";

    public const string Concurrency = "CONCURRENCY";

    public const string ValBody = "VAL-BODY", ValSize = "VAL-SIZE", ValRequired = "VAL-REQUIRED", ValFormat = "VAL-FORMAT", ValUnit = "VAL-UNIT",
        ValRange = "VAL-RANGE", ValDuplicate = "VAL-DUPLICATE", ValFuture = "VAL-FUTURE", ValLate = "VAL-LATE", ValOrder = "VAL-ORDER",
        ValReason = "VAL-REASON", ValComment = "VAL-COMMENT", ValDin = "VAL-DIN", ValLot = "VAL-LOT", ValSpec = "VAL-SPEC",
        ValSterEarly = "VAL-STER-EARLY", ValMeaning = "VAL-MEANING", ValClock = "VAL-CLOCK", ValIdempotency = "VAL-IDEMPOTENCY";

    public const string StateTransition = "STATE-TRANSITION", StatePhase = "STATE-PHASE", StateHold = "STATE-HOLD", StateGuard = "STATE-GUARD";

    public const string SigPassword = "SIG-PASSWORD";
    public const string RelCondNotAllowed = "REL-COND-NOT-ALLOWED", RelBlocked = "REL-BLOCKED";
    public const string NotFound = "NOT-FOUND", Rate = "RATE", Clock = "CLOCK";

    // The order in which groups answer (2.6): AUTH, SOD-ROLE, CONCURRENCY, VAL, STATE, other SOD, SIG, REL.
    // Within VAL: BODY, REQUIRED, FORMAT, the others as listed above, COMMENT last.
    private static readonly string[] Order =
    [
        AuthCredentials, AuthExpired, AuthLocked, AuthPasswordChange, NotFound, SodRole, Concurrency,
        ValBody, ValSize, ValRequired, ValFormat, ValUnit, ValRange, ValDuplicate, ValFuture, ValLate, ValOrder, ValReason, ValDin, ValLot, ValSpec,
        ValSterEarly, ValMeaning, ValClock, ValIdempotency, ValComment,
        StateTransition, StatePhase, StateHold, StateGuard,
        SodVerifier, SodApprover, SodReviewer, SodDisposer, SodCloser, SodHold, SodAssessor, SodAuthor, SodSelfGrant,
        SigPassword, RelCondNotAllowed, RelBlocked, Rate, Clock,
    ];

    public static int Rank(string code) => Array.IndexOf(Order, code) is var i and >= 0
        ? i : throw new ArgumentException($"{code} is not an error code of the specification.", nameof(code));

    /// <summary>Findings of one group answer together; the group of a code.</summary>
    public static int Group(string code) => code switch
    {
        SodRole => 1,
        Concurrency => 2,
        _ => code.Split('-')[0] switch { "AUTH" or "NOT" => 0, "VAL" => 3, "STATE" => 4, "SOD" => 5, "SIG" => 6, "REL" => 7, _ => 8 },
    };
}

/// <summary>One reason why an entry is refused. <paramref name="Field"/> is the path in the request, such as <c>data.cellsPerCm2</c>.</summary>
public sealed record Finding(string Code, string Field, string Message);

/// <summary>Flag codes of 2.6.</summary>
public static class Flags
{
    public const string OutOfWindow = nameof(OutOfWindow), LateEntry = nameof(LateEntry), UnderHold = nameof(UnderHold), NearLimit = nameof(NearLimit),
        Trend = nameof(Trend), HighCv = nameof(HighCv), LowCount = nameof(LowCount), SuspectedContamination = nameof(SuspectedContamination),
        NotReleased = nameof(NotReleased), Unreconciled = nameof(Unreconciled), Transport = nameof(Transport), Interval = nameof(Interval),
        Shelving = nameof(Shelving), CoLocated = nameof(CoLocated), ReviewVoided = nameof(ReviewVoided);
}

/// <summary>A departure that is appended with the event and shown to QA; <paramref name="Window"/> is what was expected, in words or as a range.</summary>
public sealed record Flag(string Code, string Field, string? Window = null, object? Observed = null);
