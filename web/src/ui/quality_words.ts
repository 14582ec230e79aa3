// What a read or a value rests on, in the reader's language. The server says it by word, and in bills and intervals by
// letter.
import { useSharedText } from '../text/text';

export function useQualityWord(): (quality: string) => string {
  const t = useSharedText();
  return (quality) => {
    switch (quality) {
      case 'A':
      case 'actual':
        return t('quality_actual');
      case 'C':
      case 'customer':
        return t('quality_customer');
      case 'E':
      case 'estimated':
        return t('quality_estimated');
      case 'S':
      case 'substituted':
        return t('quality_substituted');
      default:
        return quality;
    }
  };
}
