// The things of the API, named as the rest of the app names them. All of it is generated from the
// description that the program serves (npm run types).
import type { components } from './schema';

type Schemas = components['schemas'];

export interface Page<T> {
  items: T[];
  pageNumber: number;
  pageSize: number;
  total: number;
}

export type RoleName = 'Admin' | 'CustomerAdmin' | 'CustomerUser' | 'CrewAdmin' | 'CrewUser';
export type Claims = Schemas['Claims'];
export type Session = Schemas['Session'];
export type Skill = { category: string; skill: string };
export type CrewSkill = Schemas['CrewSkill'];
export type Channel = Schemas['Channel'];
export type User = Schemas['User'];
export type Sensitive = Schemas['Sensitive'];
export type CrewCard = Schemas['CrewCard'];
export type CrewBusy = Schemas['CrewBusy'];
export type Span = Schemas['Span'];
export type Availability = Schemas['Availability'];
export type Busy = Schemas['Busy'];
export type Mark = Schemas['Mark'];
export type Unavailability = Schemas['Unavailability'];

export type Customer = Schemas['Customer'];
export type Terms = Schemas['Terms'];
export type Tariff = Schemas['Tariff'];
export type TimeType = Schemas['TimeType'];
export type Catalogue = Schemas['Catalogue'];

export type Event = Schemas['Event'];
export type EventStatus = Schemas['EventStatus'];
export type EventType = Schemas['EventType'];
export type Slot = Schemas['Slot'];

export type Booking = Schemas['Booking'];
export type BookingStatus = Schemas['BookingStatus'];
export type HistoryEntry = Schemas['HistoryEntry'];
export type Line = Schemas['Line'];
export type Quote = Schemas['Quote'];

export type Invoice = Schemas['Invoice'];
export type InvoiceStatus = Schemas['InvoiceStatus'];
export type Payment = Schemas['Payment'];
export type PaymentMethod = Payment['method'];
export type Party = Schemas['Party'];

export type BookingReport = Schemas['BookingReport'];
export type BookingFigures = Schemas['BookingFigures'];
export type TrendReport = Schemas['TrendReport'];
export type UtilisationReport = Schemas['UtilisationReport'];
export type AuditEntry = Schemas['AuditEntry'];
export type DeadLetter = Schemas['DeadLetter'];
export type Settings = Schemas['Settings'];
