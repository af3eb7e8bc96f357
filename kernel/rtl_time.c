/* rtl_time.c - calendar dates by counting days in years that begin in March, so that the leap day
 * is a year's last. */
#include "expool/time_fields.h"

#include <stdbool.h>

#define UNITS_A_MS         INT64_C(10000)
#define UNITS_A_SECOND     INT64_C(10000000)
#define UNITS_A_DAY        (86400 * UNITS_A_SECOND)
#define SECONDS_UNTIL_1970 INT64_C(11644473600)
#define SECONDS_UNTIL_1980 INT64_C(11960006400)

enum {
    DAYS_A_YEAR = 365,
    DAYS_4_YEARS = 1461,
    DAYS_100_YEARS = 36524,
    DAYS_400_YEARS = 146097,
    DAYS_1600_03_TO_1601 = 306, /* 1600-03-01 to 1601-01-01 */
    YEAR_BEGIN = 1600,
    YEAR_FIRST = 1601,
    YEAR_LAST = 30827,
    MONDAY = 1, /* 1601-01-01 */
    MARCH = 3,
};

/* Days from March's first to the month's first; 153 days are five months. */
static int64_t days_before_month(int64_t months_from_march)
{
    return (153 * months_from_march + 2) / 5;
}

static void fields_from_days(int64_t days, PTIME_FIELDS fields)
{
    fields->Weekday = (CSHORT)((days + MONDAY) % 7);
    days += DAYS_1600_03_TO_1601;
    int64_t cycles = days / DAYS_400_YEARS;
    int64_t rest = days % DAYS_400_YEARS;
    int64_t year =
        (rest - rest / (DAYS_4_YEARS - 1) + rest / DAYS_100_YEARS - rest / (DAYS_400_YEARS - 1)) /
        DAYS_A_YEAR;
    int64_t day = rest - (DAYS_A_YEAR * year + year / 4 - year / 100);
    int64_t month = (5 * day + 2) / 153;
    fields->Day = (CSHORT)(day - days_before_month(month) + 1);
    fields->Month = (CSHORT)(month < 10 ? month + MARCH : month - 9);
    fields->Year = (CSHORT)(YEAR_BEGIN + cycles * 400 + year + (month < 10 ? 0 : 1));
}

VOID RtlTimeToTimeFields(PLARGE_INTEGER Time, PTIME_FIELDS TimeFields)
{
    int64_t milliseconds = Time->QuadPart % UNITS_A_DAY / UNITS_A_MS;
    fields_from_days(Time->QuadPart / UNITS_A_DAY, TimeFields);
    TimeFields->Milliseconds = (CSHORT)(milliseconds % 1000);
    TimeFields->Second = (CSHORT)(milliseconds / 1000 % 60);
    TimeFields->Minute = (CSHORT)(milliseconds / 60000 % 60);
    TimeFields->Hour = (CSHORT)(milliseconds / 3600000);
}

static int days_in_month(int year, int month)
{
    static const unsigned char days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    return days[month - 1] + (month == 2 && is_leap ? 1 : 0);
}

static bool is_below(CSHORT value, int end)
{
    return value >= 0 && value < end;
}

static bool is_date(const TIME_FIELDS *fields)
{
    return fields->Year >= YEAR_FIRST && fields->Year <= YEAR_LAST && fields->Month >= 1 &&
           fields->Month <= 12 && fields->Day >= 1 &&
           fields->Day <= days_in_month(fields->Year, fields->Month) &&
           is_below(fields->Hour, 24) && is_below(fields->Minute, 60) &&
           is_below(fields->Second, 60) && is_below(fields->Milliseconds, 1000);
}

BOOLEAN RtlTimeFieldsToTime(PTIME_FIELDS TimeFields, PLARGE_INTEGER Time)
{
    if (!is_date(TimeFields))
        return FALSE;
    bool is_early = TimeFields->Month < MARCH;
    int64_t year = TimeFields->Year - YEAR_BEGIN - (is_early ? 1 : 0);
    int64_t month = TimeFields->Month + (is_early ? 9 : -MARCH);
    int64_t days = DAYS_A_YEAR * year + year / 4 - year / 100 + year / 400 +
                   days_before_month(month) + TimeFields->Day - 1 - DAYS_1600_03_TO_1601;
    int64_t minutes = (days * 24 + TimeFields->Hour) * 60 + TimeFields->Minute;
    int64_t milliseconds = (minutes * 60 + TimeFields->Second) * 1000 + TimeFields->Milliseconds;
    Time->QuadPart = milliseconds * UNITS_A_MS;
    return TRUE;
}

static BOOLEAN seconds_since(int64_t begin, const LARGE_INTEGER *time, PULONG seconds)
{
    int64_t elapsed = time->QuadPart / UNITS_A_SECOND - begin;
    if (time->QuadPart < 0 || elapsed < 0 || elapsed > MAXULONG)
        return FALSE;
    *seconds = (ULONG)elapsed;
    return TRUE;
}

BOOLEAN RtlTimeToSecondsSince1970(PLARGE_INTEGER Time, PULONG ElapsedSeconds)
{
    return seconds_since(SECONDS_UNTIL_1970, Time, ElapsedSeconds);
}

BOOLEAN RtlTimeToSecondsSince1980(PLARGE_INTEGER Time, PULONG ElapsedSeconds)
{
    return seconds_since(SECONDS_UNTIL_1980, Time, ElapsedSeconds);
}

VOID RtlSecondsSince1970ToTime(ULONG ElapsedSeconds, PLARGE_INTEGER Time)
{
    Time->QuadPart = (ElapsedSeconds + SECONDS_UNTIL_1970) * UNITS_A_SECOND;
}

VOID RtlSecondsSince1980ToTime(ULONG ElapsedSeconds, PLARGE_INTEGER Time)
{
    Time->QuadPart = (ElapsedSeconds + SECONDS_UNTIL_1980) * UNITS_A_SECOND;
}
