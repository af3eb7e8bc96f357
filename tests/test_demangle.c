#include "tests/expect.h"

#include "pool/demangle.h"

static void expect_name(const char *linkage, const char *wanted)
{
    char bytes[512];
    struct text text = TEXT_OVER(bytes);
    demangle(&text, linkage);
    ck_assert_str_eq(text.bytes, wanted);
}

TEST(a_name_of_cpp_reads_as_it_was_written)
{
    expect_name("_Z3addii", "add(int, int)");
    expect_name("_ZN3app6Widget4fillEPKcm", "app::Widget::fill(char const*, unsigned long)");
    expect_name("_ZNK3app6Widget4sizeEv", "app::Widget::size() const");
    expect_name("_ZN12_GLOBAL__N_13runEv", "(anonymous namespace)::run()");
    expect_name("_Z1fPVKcz", "f(char const volatile*, ...)");
    expect_name("_ZZN1A3runEvE7counter_0", "A::run()::counter");
}

TEST(constructors_operators_and_the_library_of_cpp_have_their_names)
{
    expect_name("_ZN3app6WidgetC2ERKS0_", "app::Widget::Widget(app::Widget const&)");
    expect_name("_ZN3app6WidgetD0Ev", "app::Widget::~Widget()");
    expect_name("_Znwm", "operator new(unsigned long)");
    expect_name("_ZdaPvm", "operator delete[](void*, unsigned long)");
    expect_name("_ZN1AcvbEv", "A::operator bool()");
    expect_name("_ZN1AlsIiEERS_T_", "A& A::operator<< <int>(int)");
    expect_name("_ZNSsC1Ev",
                "std::basic_string<char, std::char_traits<char>, std::allocator<char> >"
                "::basic_string()");
    expect_name("_ZN1AB5cxx11C1Ev", "A[abi:cxx11]::A()");
}

TEST(templates_show_their_arguments)
{
    expect_name("_Z3fooIiEvT_", "void foo<int>(int)");
    expect_name("_ZN3fooILi5ELm7ELb1ELc65ELin3EEC2Ev", "foo<5, 7ul, true, (char)65, -3>::foo()");
    expect_name("_ZNSt6vectorIiSaIiEE9push_backERKi",
                "std::vector<int, std::allocator<int> >::push_back(int const&)");
    expect_name("_Z4makeIJidEEvDpOT_", "void make<int, double>(int&&, double&&)");
    expect_name("_Z4makeIJEEvDpOT_", "void make<>()");
    expect_name("_Z1fIXadL_Z1gvEEEvv", "void f<&(g())>()");
    expect_name("_Z3addIidEDTplfp_fp0_ET_T0_",
                "decltype ({parm#1}+{parm#2}) add<int, double>(int, double)");
    expect_name("_Z4takeIRiEvOT_", "void take<int&>(int&)");
    expect_name("_ZZ3fooIiEvT_ENKUlvE_clEv", "foo<int>(int)::{lambda()#1}::operator()() const");
}

TEST(types_that_stand_around_their_name_are_put_around_it)
{
    expect_name("_Z1fPFPFivEiE", "f(int (*(*)(int))())");
    expect_name("_Z1fRA3_A4_Ki", "f(int const (&) [3][4])");
    expect_name("_Z1fM1AKFivE", "f(int (A::*)() const)");
    expect_name("_Z1fSt8functionIFviEE", "f(std::function<void (int)>)");
}

/* Each argument stands for two of the one before: 2^36 letters, and c++filt writes on for hours. */
TEST(a_name_that_stands_for_more_than_can_be_written_stays_as_it_is)
{
    static const char name[] =
        "_Z1f1AIiiES_IS0_S0_ES_IS1_S1_ES_IS2_S2_ES_IS3_S3_ES_IS4_S4_ES_IS5_S5_E"
        "S_IS6_S6_ES_IS7_S7_ES_IS8_S8_ES_IS9_S9_ES_ISA_SA_ES_ISB_SB_ES_ISC_SC_E"
        "S_ISD_SD_ES_ISE_SE_ES_ISF_SF_ES_ISG_SG_ES_ISH_SH_ES_ISI_SI_ES_ISJ_SJ_E"
        "S_ISK_SK_ES_ISL_SL_ES_ISM_SM_ES_ISN_SN_ES_ISO_SO_ES_ISP_SP_ES_ISQ_SQ_E"
        "S_ISR_SR_ES_ISS_SS_ES_IST_ST_ES_ISU_SU_ES_ISV_SV_ES_ISW_SW_ES_ISX_SX_E"
        "S_ISY_SY_ES_ISZ_SZ_E";
    char bytes[1024];
    struct text text = TEXT_OVER(bytes);
    demangle(&text, name);
    ck_assert_str_eq(text.bytes, name);
}

TEST(what_the_compiler_makes_is_told)
{
    expect_name("_ZThn8_N1A1fEv", "non-virtual thunk to A::f()");
    expect_name("_ZTv0_n24_N1A1fEv", "virtual thunk to A::f()");
    expect_name("_ZNK1A1fEv.isra.0", "A::f() const [clone .isra.0]");
    expect_name("_Z1fv.constprop.0.cold", "f() [clone .constprop.0] [clone .cold]");
}

TEST(what_is_not_understood_stays_as_it_is)
{
    static const char *const names[] = {
        "main",   "",       "_",     "_Z",    "_Zx",        "_ZN3app",     "_Z9abc",      "_Z1fS9_",
        "_Z1fT_", "_Z1fiE", "_ZN1A", "_Z1fP", "_ZN1AC1Ev1", "_Z1fDTcl1gE", "_Z99999999f", "_ZNSt"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        expect_name(names[i], names[i]);
}

/* A pointer to a pointer to ... and a name within a name within ... */
TEST(a_name_that_is_too_deep_or_too_long_stays_as_it_is)
{
    char name[DEMANGLE_NAME_MAX + 200];
    char bytes[sizeof name];
    memset(name, 'P', sizeof name);
    memcpy(name, "_Z1f", 4);
    name[sizeof name - 2] = 'i';
    name[sizeof name - 1] = 0;
    struct text text = TEXT_OVER(bytes);
    demangle(&text, name);
    ck_assert_str_eq(bytes, name);
    memset(name, 'N', sizeof name - 1);
    memcpy(name, "_Z", 2);
    text = TEXT_OVER(bytes);
    demangle(&text, name);
    ck_assert_str_eq(bytes, name);
}

TESTS_MAIN("demangle")
