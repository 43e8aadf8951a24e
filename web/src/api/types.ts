// The things of the API as answers bring them. The words come from the generated description; which
// fields an answer always has is said here.
import type { components } from './schema';

type Schemas = components['schemas'];
type Always<T, K extends keyof T> = Omit<T, K> & { [P in K]-?: NonNullable<T[P]> };

export interface Page<T> {
  items: T[];
  pageNumber: number;
  pageSize: number;
  total: number;
}

export type RoleName = 'Admin' | 'CustomerAdmin' | 'CustomerUser' | 'CrewAdmin' | 'CrewUser';
export interface Claims {
  userId: string;
  email: string;
  name: string;
  roles: RoleName[];
  userType: number;
  customerId?: string;
  customerType?: number;
  sid: string;
  exp: number;
}

export interface Stored {
  id: string;
  version: number;
  createdAt: string;
  updatedAt: string;
}
export type Skill = Always<Schemas['Skill'], 'category' | 'skill'>;
export type Channel = 'email' | 'sms' | 'push';
export type User = Stored &
  Always<
    Omit<Schemas['User'], keyof Stored | 'skills'>,
    'email' | 'firstName' | 'lastName' | 'name' | 'userType' | 'role' | 'language' | 'isActive'
  > & { skills?: Skill[] };
export type CrewCard = { id: string; name: string; customerId: string; customerName: string; skills: Skill[] };
export type Span = { startTime: string; endTime: string };
export type BusySpan = Span & { kind?: string; bookingId?: string; note?: string };
export type CrewBusy = { crewId: string; busy: Span[] };
export type Availability = {
  crewId: string;
  date: string;
  isAvailable: boolean;
  windows: Span[];
  busy: BusySpan[];
  version?: number;
};
export type Mark = { startDate: string; endDate: string; note?: string };
export type MarksSet = { crewId: string; spans: Mark[]; clashes: string[]; version: number };

export type Terms = Required<NonNullable<Schemas['Terms']>>;
export type Customer = Stored &
  Always<
    Omit<Schemas['Customer'], keyof Stored | 'terms'>,
    'name' | 'orgNumber' | 'customerType' | 'isActive'
  > & { terms?: Terms };
export type TimeType = 'Hour' | 'HalfDay' | 'Day' | 'Event';
export type Tariff = Stored & {
  customerId: string;
  crewCustomerId?: string;
  category: string;
  skill: string;
  timeType: TimeType;
  amount: number;
  currency: string;
  validFrom?: string;
  validTo?: string;
};
export type Labels = { sv: string; en: string };
export type Catalogue = {
  version: number;
  categories: {
    name: string;
    labels: Labels;
    vatRate: number;
    vatReason?: string;
    skills: { name: string; labels: Labels }[];
  }[];
};

export type EventStatus = 'Draft' | 'Scheduled' | 'InProgress' | 'Completed' | 'Cancelled';
export type EventType =
  | 'Concert' | 'Festival' | 'Corporate' | 'Conference' | 'Theatre' | 'Sport' | 'Private' | 'Other';
export type Slot = {
  id: string;
  category: string;
  skill: string;
  startTime: string;
  endTime: string;
  capacity: number;
  booked: number;
  notes?: string;
};
export type EventDetails = { performer?: string; stage?: string; audience?: number; equipment?: string[] };
export type Event = Stored & {
  customerId: string;
  name: string;
  description?: string;
  startDate: string;
  endDate: string;
  crewFrom?: string;
  crewTo?: string;
  location: string;
  address?: string;
  eventType: EventType;
  status: EventStatus;
  details?: EventDetails;
  onSiteContact?: { name?: string; phone?: string };
  crewInfo?: string;
  orderReference?: string;
  buyerReference?: string;
  project?: string;
  slots?: Slot[];
  reason?: string;
};

export type BookingStatus = 'PENDING' | 'REQUESTED' | 'CONFIRMED' | 'COMPLETED' | 'CANCELLED';
export type Line = {
  kind: 'Work' | 'Minimum';
  text: string;
  quantity: number;
  unit: string;
  unitPrice: number;
  amount: number;
  vatRate: number;
  vatReason?: string;
  bookingId?: string;
};
export type Cancellation = { code: string; by: string; at: string; text?: string };
export type Booking = Stored & {
  eventId: string;
  eventName?: string;
  crewId: string;
  crewName?: string;
  customerId: string;
  crewCustomerId: string;
  slotId?: string;
  category: string;
  skill: string;
  startTime: string;
  endTime: string;
  timeType: TimeType;
  rate?: number;
  units?: number;
  lines?: Line[];
  totalAmount?: number;
  currency?: string;
  status: BookingStatus;
  cancellation?: Cancellation;
  notes?: string;
  expiresAt?: string;
  event?: { id: string; name: string; location?: string; address?: string; startDate: string; endDate: string; status: EventStatus };
  crew?: { id: string; name: string; customerId: string; customerName?: string; phone?: string };
};
export type HistoryEntry = { at: string; by: string; action: string; status: BookingStatus; text?: string };
export type Quote = {
  category: string;
  skill: string;
  timeType: TimeType;
  rate: number;
  units: number;
  totalAmount: number;
  currency: string;
  lines: Line[];
  others: { timeType: TimeType; totalAmount: number }[];
  conflicts: { code: string; message: string }[];
};

export type InvoiceStatus = 'Draft' | 'Issued' | 'PartlyPaid' | 'Paid' | 'Overdue' | 'Cancelled' | 'Credited';
export type Party = {
  name?: string;
  orgNumber?: string;
  vatNumber?: string;
  address?: string;
  zipCode?: string;
  city?: string;
  country?: string;
  seat?: string;
  fTax?: boolean;
};
export type PaymentMethod = 'Bankgiro' | 'Plusgiro' | 'Card' | 'Swish' | 'Cash' | 'Other';
export type Invoice = Stored & {
  kind: 'Invoice' | 'CreditNote';
  original?: string;
  bookingId?: string;
  customerId: string;
  crewCustomerId: string;
  seller?: Party;
  buyer?: Party;
  paymentTo?: Record<string, string>;
  invoiceNumber?: string;
  lines: Line[];
  vat: { rate: number; base: number; amount: number; reason?: string }[];
  amount: number;
  vatAmount: number;
  totalAmount: number;
  balance: number;
  currency: string;
  issuedDate?: string;
  dueDate?: string;
  supplyFrom?: string;
  supplyTo?: string;
  references?: { order?: string; buyer?: string; project?: string };
  ocr?: string;
  payments: { amount: number; paidDate: string; method: PaymentMethod; reference?: string }[];
  paidDate?: string;
  missing?: string[];
  status: InvoiceStatus;
};

export type BookingReportItem = {
  period: string;
  from: string;
  to: string;
  bookings: number;
  requested: number;
  confirmed: number;
  completed: number;
  cancelled: number;
  hours: number;
  revenueIssued: number;
  revenuePaid: number;
  revenueEarned: number;
  capacity: number;
  booked: number;
  fillRate: number | null;
};
export type UtilisationItem = {
  period: string;
  crewId: string;
  crewName: string;
  bookedHours: number;
  availableHours: number;
  utilisation: number | null;
};
export type TrendItem = {
  period: string;
  bookings: number;
  bookingsChange: number | null;
  value: number;
  valueChange: number | null;
  confirmedShare: number | null;
  cancelledShare: number | null;
  revenueIssued: number;
  revenueIssuedChange: number | null;
};
export type Report<Item> = { from: string; to: string; by: string; currency: string; items: Item[]; totals?: BookingReportItem };
