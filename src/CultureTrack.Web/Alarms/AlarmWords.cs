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

    public static (string Consequence, string Action) Advice(IStringLocalizer<Words> l, AlarmView alarm) => alarm.Kind switch
    {
        "Limit" when alarm.Channel == "temperature" => (l["Cells suffer within minutes above 39 °C; growth stops when cold."], l["Check the door and the heater; move the vessels if it does not return within 10 minutes."]),
        "Limit" when alarm.Channel == "co2" => (l["The medium's pH drifts within the hour."], l["Check the gas bottle, the regulator and the door."]),
        "Limit" when alarm.Channel == "humidity" => (l["Medium evaporates; osmolality rises over hours."], l["Check and refill the water pan with sterile water."]),
        "CommsLost" => (l["Nobody watches what is inside; missing time counts against the batch."], l["Read the display at the device, check its network, write down the values."]),
        "Door" => (l["Temperature and CO₂ fall within a minute."], l["Close the door; check that its seal is clean."]),
        "SensorFault" => (l["The values are not used; missing time counts against the batch."], l["Compare with a reference probe; open a service task."]),
        "ClockSkew" => (l["Readings cannot be placed exactly in time."], l["Set the device's clock or its time server."]),
        _ => (l["See the device's manual."], l["Go to the device and read its display."]),
    };

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
