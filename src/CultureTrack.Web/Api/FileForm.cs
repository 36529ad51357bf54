using CultureTrack.Domain.Records;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace CultureTrack.Web.Api;

/// <summary>A multipart form with one file.</summary>
internal static class FileForm
{
    public const int MostBytes = 25 * 1024 * 1024;
    private const int RoomForTexts = 64 * 1024;

    public static async Task<(IFormCollection? Form, IResult? Refused)> Read(HttpContext context)
    {
        if (!context.Request.HasFormContentType) return (null, Problem.Of(Codes.ValBody, "multipart/form-data is expected."));
        try { return (await context.Request.ReadFormAsync(new FormOptions { MultipartBodyLengthLimit = MostBytes + RoomForTexts }, context.RequestAborted), null); }
        catch (InvalidDataException e)
        {
            return (null, e.Message.Contains("limit", StringComparison.OrdinalIgnoreCase)
                ? Problem.Of(Codes.ValSize, "A file has at most 25 MiB.")
                : Problem.Of(Codes.ValBody, "The parts of the form cannot be read."));
        }
    }
}
