using CultureTrack.Domain.Alarms;
using CultureTrack.Grains.Incubators;
using Microsoft.Extensions.Localization;

namespace CultureTrack.Web.Alarms;

/// <summary>Alarms in words: what is wrong, what may follow, what to do (ISA-18.2 asks this of every alarm).</summary>
public static class AlarmWords
{
    public static string Channel(string channel) => channel switch
    {
        "temperature" => "Temperature",
        "co2" => "CO₂",
        "o2" => "O₂",
        "humidity" => "Humidity",
        "gasPressure" => "Gas pressure",
        "door" => "Door",
        "shake" => "Shaker",
        "power" => "Power",
        "waterLevel" => "Water",
        "deviceAlarm" => "Device alarm",
        "uv" => "UV lamp",
        "decon" => "Decontamination",
        "level" => "Level",
        "airflow" => "Airflow",
        _ => channel,
    };

    public static string Sentence(IStringLocalizer<Words> l, AlarmView alarm) => alarm.Kind switch
    {
        "Limit" => l["{0} beyond the {1} limit", l[Channel(alarm.Channel ?? "")], l[alarm.Severity]],
        "CommsLost" when alarm.Channel is null => l["No readings from any channel"],
        "CommsLost" => l["{0} sends nothing", l[Channel(alarm.Channel)]],
        "Door" => l["Door open too long or too often"],
        "ClockSkew" => l["The device's clock is wrong"],
        "DeviceAlarm" => l["The device reports an alarm"],
        "SensorFault" => l["{0} sensor is not believable", l[Channel(alarm.Channel ?? "")]],
        _ => l[alarm.Kind],
    };

    /// <summary>What the alarm's definition says may follow and what to do.</summary>
    public static AlarmDefinition Advice(AlarmView alarm) =>
        AlarmDefinitions.Of(new(Enum.Parse<AlarmKind>(alarm.Kind), alarm.Channel));

    public static string State(string state) => state switch
    {
        "UnackActive" => "Active, not acknowledged",
        "AckActive" => "Active, acknowledged",
        "RtnUnack" => "Returned, not acknowledged",
        "Latched" => "Latched: needs a reset",
        "Shelved" => "Shelved",
        "Suppressed" => "Suppressed by design",
        "OutOfService" => "Out of service",
        _ => "Normal",
    };
}
