namespace CultureTrack.Instruments.Recordings;

internal enum StampKind { Local, Elapsed }

/// <summary>What a column of a CSV recording is: channel, unit, and the line from the file's number to that unit.</summary>
internal sealed record CsvChannel(string Heading, string Channel, string Unit, decimal Factor = 1, decimal Before = 0)
{
    /// <summary>(value + <see cref="Before"/>) × <see cref="Factor"/>, to nine decimals.</summary>
    public decimal Convert(decimal value) => Factor == 1 && Before == 0 ? value : decimal.Round((value + Before) * Factor, 9);
}

/// <param name="Stamp">Heading of the time column.</param>
/// <param name="Signature">Headings that make the layout recognisable; empty when content alone cannot tell.</param>
/// <param name="RowNumberFirst">Rows begin with a number that has no heading.</param>
internal sealed record CsvLayout(string Format, string Stamp, StampKind StampKind, string[] Signature, IReadOnlyList<CsvChannel> Channels, bool RowNumberFirst = false);

internal static class CsvLayouts
{
    private const decimal PercentPerPpm = 0.0001m;

    /// <summary>Time-lapse embryo incubator log. The door column counts seconds within the minute and is kept as such.</summary>
    public static CsvLayout EmbryoIncubator { get; } = new(
        "embryo-incubator", "Time", StampKind.Local, ["Time", "Embryo Temp. Avg", "CO2 Concentration Avg", "O2 Concentration Avg"],
        [
            new("Embryo Temp. Avg", "temperature", "°C"), new("CO2 Concentration Avg", "co2", "%"), new("O2 Concentration Avg", "o2", "%"),
            new("CO2 Pressure Avg", "gasPressure", "bar"), new("N2 Pressure Avg", "n2Pressure", "bar"), new("CO2 Flow Avg", "co2Flow", ""), new("N2 Flow Avg", "n2Flow", ""),
            new("Embryo Temp. Setpoint", "temperatureSetpoint", "°C"), new("CO2 Setpoint", "co2Setpoint", "%"), new("O2 Setpoint", "o2Setpoint", "%"),
            new("Temp. Sensor A Avg", "temperatureSensorA", "°C"), new("Temp. Sensor B Avg", "temperatureSensorB", "°C"), new("Baseplate Temp.", "temperatureBaseplate", "°C"),
            new("Incubator Board Temp.", "temperatureBoard", "°C"), new("Bottom Chamber Temp.", "temperatureBottom", "°C"), new("Backside Temp.", "temperatureBackside", "°C"),
            new("Top Chamber Temp.", "temperatureTop", "°C"), new("O2 Regulator On", "o2Regulator", ""), new("UV Light Voltage [mV]", "uvVoltage", "mV"),
            new("Temp. Alarm Duration [min]", "temperatureAlarm", "min"), new("CO2 Alarm Duration [min]", "co2Alarm", "min"), new("O2 Alarm Duration [min]", "o2Alarm", "min"),
            new("Door Open Duration [s]", "doorOpen", "s"),
        ]);

    /// <summary>Bench bioreactor, first form: seconds since a start that is not in the file.</summary>
    public static CsvLayout BioreactorElapsed { get; } = new(
        "bioreactor-elapsed", "time", StampKind.Elapsed, ["time", "CO2_ppm", "CO2_2_ppm", "temperature_C"],
        [
            new("temperature_C", "temperature", "°C"), new("CO2_ppm", "co2", "%", PercentPerPpm), new("CO2_2_ppm", "co2Second", "%", PercentPerPpm), new("O2_percent", "o2", "%"),
            new("OD_Trx_V", "OD_Trx", "V"), new("OD_Sct_V", "OD_Sct", "V"),
        ]);

    /// <summary>Bench bioreactor, second form: local time beside the seconds since start.</summary>
    public static CsvLayout BioreactorLocal { get; } = new(
        "bioreactor", "time", StampKind.Local, ["time", "elapsed_time", "temperature_C", "CO2_ppm", "peltier_duty"],
        [
            new("temperature_C", "temperature", "°C"), new("CO2_ppm", "co2", "%", PercentPerPpm), new("OD_135_V", "OD_135", "V"), new("OD_Ref_V", "OD_Ref", "V"), new("OD_90_V", "OD_90", "V"),
            new("peltier_duty", "peltierDuty", "%"), new("peltier_forward", "peltierForward", ""),
            new("ring_light_R", "ringLightR", ""), new("ring_light_G", "ringLightG", ""), new("ring_light_B", "ringLightB", ""),
        ]);

    /// <summary>Room temperature in °F. "timestamp,value" says neither what nor in which unit, so the format must be named.</summary>
    public static CsvLayout Nab { get; } = new("nab", "timestamp", StampKind.Local, [], [new("value", "temperature", "°C", 5m / 9m, -32)]);

    /// <summary>Room temperature, humidity, light and CO2.</summary>
    public static CsvLayout OfficeCo2 { get; } = new(
        "office-co2", "date", StampKind.Local, ["date", "HumidityRatio", "Occupancy", "CO2"],
        [
            new("Temperature", "temperature", "°C"), new("Humidity", "humidity", "%"), new("CO2", "co2", "%", PercentPerPpm), new("Light", "light", "lx"),
            new("HumidityRatio", "humidityRatio", ""), new("Occupancy", "occupancy", ""),
        ],
        RowNumberFirst: true);
}
