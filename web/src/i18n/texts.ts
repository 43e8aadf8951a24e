// Every text of the app: Swedish, English. '{name}' is replaced; '{count|one|many}' chooses by number.
import { business_texts } from './texts/business';
import { common_texts } from './texts/common';
import { planning_texts } from './texts/planning';

export const texts = { ...common_texts, ...planning_texts, ...business_texts } as const;
