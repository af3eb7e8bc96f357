#include "tests/expect.h"

#include <ntifs.h>

static LONGLONG time_of(CSHORT year, CSHORT month, CSHORT day)
{
    TIME_FIELDS fields = {.Year = year, .Month = month, .Day = day};
    LARGE_INTEGER time = {.QuadPart = -1};
    return RtlTimeFieldsToTime(&fields, &time) ? time.QuadPart : -1;
}

TEST(known_dates_have_their_known_times)
{
    EXPECT_EQUAL(time_of(1601, 1, 1), 0);
    EXPECT_EQUAL(time_of(1970, 1, 1), 116444736000000000);
    EXPECT_EQUAL(time_of(2000, 3, 1), 125963424000000000);
    TIME_FIELDS fields;
    RtlTimeToTimeFields(&(LARGE_INTEGER){.QuadPart = 125963424000000000 - 10000}, &fields);
    EXPECT(fields.Year == 2000 && fields.Month == 2 && fields.Day == 29);
    EXPECT(fields.Hour == 23 && fields.Minute == 59 && fields.Second == 59);
    EXPECT(fields.Milliseconds == 999 && fields.Weekday == 2);
}

TEST(every_day_survives_the_way_there_and_back)
{
    TIME_FIELDS before = {.Year = 0};
    for (LONGLONG day = 0; day < 400000; day++) {
        LARGE_INTEGER time = {.QuadPart = day * 864000000000 + 36610010000};
        LARGE_INTEGER back;
        TIME_FIELDS fields;
        RtlTimeToTimeFields(&time, &fields);
        EXPECT(RtlTimeFieldsToTime(&fields, &back) && back.QuadPart == time.QuadPart);
        EXPECT(fields.Hour == 1 && fields.Minute == 1 && fields.Second == 1 &&
               fields.Milliseconds == 1);
        EXPECT_EQUAL(fields.Weekday, (day + 1) % 7);
        EXPECT(day == 0 || fields.Day == before.Day + 1 || fields.Day == 1);
        before = fields;
    }
}

TEST(what_is_no_date_is_refused)
{
    EXPECT(time_of(1900, 2, 29) == -1 && time_of(2000, 2, 29) != -1);
    EXPECT(time_of(1600, 1, 1) == -1 && time_of(30828, 1, 1) == -1 && time_of(30827, 1, 1) != -1);
    EXPECT(time_of(2000, 0, 1) == -1 && time_of(2000, 13, 1) == -1 && time_of(2000, 4, 31) == -1);
    TIME_FIELDS fields = {2000, 1, 1, 24, 0, 0, 0, 0};
    LARGE_INTEGER time;
    EXPECT(!RtlTimeFieldsToTime(&fields, &time));
    fields.Hour = 23;
    fields.Milliseconds = -1;
    EXPECT(!RtlTimeFieldsToTime(&fields, &time));
}

TEST(seconds_reach_as_far_as_32_bits)
{
    LARGE_INTEGER time;
    ULONG seconds;
    RtlSecondsSince1970ToTime(1, &time);
    EXPECT_EQUAL(time.QuadPart, 116444736010000000);
    EXPECT(RtlTimeToSecondsSince1970(&time, &seconds) && seconds == 1);
    EXPECT(!RtlTimeToSecondsSince1980(&time, &seconds));
    RtlSecondsSince1980ToTime(7, &time);
    EXPECT_EQUAL(time.QuadPart, time_of(1980, 1, 1) + 70000000);
    EXPECT(RtlTimeToSecondsSince1980(&time, &seconds) && seconds == 7);
    time.QuadPart = 116444736000000000 + 4294967296 * 10000000;
    EXPECT(!RtlTimeToSecondsSince1970(&time, &seconds));
    time.QuadPart -= 1;
    EXPECT(RtlTimeToSecondsSince1970(&time, &seconds) && seconds == MAXULONG);
}

TESTS_MAIN("rtl_time")
