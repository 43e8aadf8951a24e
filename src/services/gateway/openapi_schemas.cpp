#include "services/gateway/openapi_tables.hpp"

namespace thenorsound::gateway {
namespace {

constexpr DescribedSchema schemas[] = {
    {"Login", "email! email, password! text"},
    {"Refresh", "refreshToken text"},
    {"Tokens", "accessToken text, refreshToken text, expiresIn int, tokenType Bearer|"},
    {"Validity",
     "isValid bool, userId text, email email, roles [text], customerId text, reason "
     "EXPIRED|INVALID|REVOKED"},
    {"UseLink", "token! text, password! text"},
    {"ForgotPassword", "email! email"},
    {"ChangePassword", "currentPassword! text, newPassword! text"},
    {"Claims",
     "userId text, email email, name text, roles [text], userType int, customerId text, "
     "customerType int, sid text, exp int"},
    {"Session", "sid text, createdAt time, lastUsedAt time, current bool"},
    {"Skill", "category! text, skill! text, yearsOfExperience int, proficiency text"},
    {"User",
     "email! email, password- text, firstName! text, lastName! text, name~ text, phone text, "
     "userType! int, role! int, customerId text, language sv|en, channels [email|sms|push], "
     "isActive bool, skills [Skill], about text, references text",
     true},
    {"BankAccount", "clearingNumber! text, accountNumber! text, holderName! text"},
    {"Sensitive", "socialSecurityNumber text, bankAccount BankAccount"},
    {"CrewCard", "id text, name text, customerId text, customerName text, skills [Skill]"},
    {"Span", "startTime time, endTime time"},
    {"CrewBusy", "crewId text, busy [Span]"},
    {"Availability", "crewId text, date day, isAvailable bool, windows [Span], busy [Span]"},
    {"Mark", "startDate! time, endDate! time, note text"},
    {"Marks", "spans! [Mark]"},
    {"MarksSet", "crewId text, spans [Mark], clashes [text]"},
    {"PushKeys", "p256dh! text, auth! text"},
    {"PushSubscription", "id~ text, endpoint! text, keys! PushKeys"},
    {"Terms",
     "issueOn Confirmed|Completed, dueFrom Work|Issue, paymentDays int, answerHours int, "
     "minMinutes int, stepMinutes int"},
    {"Customer",
     "name! text, orgNumber! text, country text, address text, city text, zipCode text, email "
     "email, phone text, contact text, customerType! int, isActive bool, invoiceEmail email, "
     "vatNumber text, seat text, instantBooking bool, terms Terms, vatStatus "
     "Registered|Exempt|None, fTax bool, invoicePrefix text, bankgiro text, plusgiro text, iban "
     "text, bic text",
     true},
    {"Tariff",
     "customerId~ text, crewCustomerId text, category! text, skill! text, timeType! "
     "Hour|HalfDay|Day|Event, amount! number, currency~ SEK|, validFrom day, validTo day",
     true},
    {"Labels", "sv! text, en! text"},
    {"CatalogueSkill", "name! text, labels! Labels"},
    {"Category",
     "name! text, labels! Labels, vatRate! number, vatReason text, skills! [CatalogueSkill]"},
    {"Catalogue", "categories! [Category]"},
    {"EventDetails", "performer text, stage text, audience int, equipment [text]"},
    {"Contact", "name text, phone text"},
    {"Slot",
     "id text, category! text, skill! text, startTime! time, endTime! time, capacity! int, booked~ "
     "int, notes text"},
    {"Event",
     "customerId! text, name! text, description text, startDate! time, endDate! time, crewFrom "
     "time, crewTo time, location! text, address text, eventType! "
     "Concert|Festival|Corporate|Conference|Theatre|Sport|Private|Other, status "
     "Draft|Scheduled|InProgress|Completed|Cancelled, details EventDetails, onSiteContact Contact, "
     "crewInfo text, orderReference text, buyerReference text, project text, slots [Slot], reason~ "
     "text",
     true},
    {"EventStatus", "status! Draft|Scheduled|InProgress|Completed|Cancelled, reason text"},
    {"BookingRequest",
     "eventId! text, crewId! text, startTime! time, endTime! time, slotId text, category text, "
     "skill text, timeType Hour|HalfDay|Day|Event, notes text, answerBy time, autoConfirm bool, "
     "expectedTotal number"},
    {"Line",
     "kind Work|Minimum, text text, quantity number, unit text, unitPrice number, amount number, "
     "vatRate number, vatReason text"},
    {"Cancellation",
     "code Failed|Declined|Expired|Organiser|CrewCompany|Unable|EventCancelled, by text, at time, "
     "text text"},
    {"Booking",
     "eventId text, eventName text, crewId text, crewName text, customerId text, crewCustomerId "
     "text, slotId text, category text, skill text, startTime time, endTime time, timeType "
     "Hour|HalfDay|Day|Event, rate number, units number, lines [Line], totalAmount number, "
     "currency SEK|, tariffId text, terms Terms, status "
     "PENDING|REQUESTED|CONFIRMED|COMPLETED|CANCELLED, cancellation Cancellation, notes text, "
     "expiresAt time, event object, crew object",
     true},
    {"Reason", "reason! text"},
    {"OtherPrice", "timeType Hour|HalfDay|Day|Event, totalAmount number"},
    {"Conflict", "code text, message text"},
    {"Quote",
     "category text, skill text, timeType Hour|HalfDay|Day|Event, rate number, units number, "
     "totalAmount number, currency SEK|, lines [Line], others [OtherPrice], conflicts [Conflict]"},
    {"Vat", "rate number, base number, amount number, reason text"},
    {"Payment",
     "amount! number, paidDate! day, method! Bankgiro|Plusgiro|Card|Swish|Cash|Other, reference "
     "text"},
    {"References", "order text, buyer text, project text"},
    {"Invoice",
     "kind Invoice|CreditNote, original text, bookingId text, customerId text, crewCustomerId "
     "text, seller object, buyer object, paymentTo object, invoiceNumber text, lines [Line], vat "
     "[Vat], amount number, vatAmount number, totalAmount number, balance number, currency SEK|, "
     "issuedDate day, dueDate day, supplyFrom day, supplyTo day, references References, ocr text, "
     "payments [Payment], paidDate day, missing [text], status "
     "Draft|Issued|PartlyPaid|Paid|Overdue|Cancelled|Credited",
     true},
    {"InvoiceStatus", "status! Issued|Cancelled|Credited"},
    {"Health", "status ok|, demo bool"},
    {"FieldError", "field text, message text"},
    {"ErrorBody", "code text, message text, details [FieldError], timestamp time, traceId text"},
    {"Error", "error ErrorBody"},
};

}  // namespace

std::span<const DescribedSchema> described_schemas() { return schemas; }

}  // namespace thenorsound::gateway
